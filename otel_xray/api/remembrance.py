"""
`remember` and `resume_by`: for third parties that echo nothing but a business key.

The ticket stays at home, in a store, under the key.
"""

from __future__ import annotations

import logging

from opentelemetry.trace import SpanKind

from otel_xray import settings
from otel_xray.api.correlation import correlate_with
from otel_xray.api.resumption import Resumption, Terms, ticket
from otel_xray.api.ticket_store import MemoryTickets, TicketStore
from otel_xray.errors import ConfigurationError
from otel_xray.instrument.shield import Shield
from otel_xray.spans.correlated import Value, text

_log = logging.getLogger(__name__)
_keeping = Shield("keeping a ticket")
_finding = Shield("looking for a ticket")

TTL = 86_400.0
DYNAMODB = "dynamodb:"


def remember(*, ttl: float = TTL, store: TicketStore | None = None, **pairs: Value) -> None:
    """
    Correlate the current span with business keys, and keep a ticket for it under each of them.

    It never raises: a store that fails is a warning.

    Args:
        ttl: seconds for which the tickets are kept; a day by default.
        store: where; what ``OTEL_XRAY_TICKET_STORE`` says by default.
        **pairs: see `otel_xray.correlate`.
    """
    correlate_with(pairs)
    kept = ticket()
    if kept:
        for pair in pairs.items():
            with _keeping:
                (store or _process.store()).put(_key(pair), kept, ttl)


def resume_by(
    *,
    name: str | None = None,
    as_parent: bool = False,
    kind: SpanKind | None = None,
    store: TicketStore | None = None,
    **pairs: Value,
) -> Resumption:
    """
    Return a block with a span that goes on where one of *pairs* was remembered.

    The span is correlated with them. See `otel_xray.resume` for the rest; where nothing is
    remembered, or the store fails, the span has no link.

    Args:
        name: of the span.
        as_parent: the span is a child of the one that was remembered.
        kind: of the span.
        store: where the ticket is; what ``OTEL_XRAY_TICKET_STORE`` says by default.
        **pairs: are tried in this order; numbers and texts that read the same are the same.
    """

    def found(*_: object, **__: object) -> str | None:
        for pair in pairs.items():
            with _finding:
                kept = (store or _process.store()).get(_key(pair))
                if kept:
                    return kept
        _log.debug("Nothing is remembered of %s.", ", ".join(map(_key, pairs.items())))
        return None

    return Resumption(found, name, Terms(as_parent, kind, pairs=pairs))


def _key(pair: tuple[str, Value]) -> str:
    name, value = pair
    return f"{name}={text(value)}"


class _Process:
    """The store that the settings name, made once for each setting."""

    def __init__(self) -> None:
        self._made: dict[str, TicketStore] = {}

    def store(self) -> TicketStore:
        """
        Return the store.

        Raises:
            ConfigurationError: there is none of that name.
        """
        named = settings.ticket_store()
        found = self._made.get(named)
        return found if found is not None else self._made.setdefault(named, _store(named))


_process = _Process()


def _store(named: str) -> TicketStore:
    if named == "memory":
        return MemoryTickets()
    table = named.removeprefix(DYNAMODB)
    if table == named or not table:
        msg = f"OTEL_XRAY_TICKET_STORE is {named!r}; write memory or {DYNAMODB}<table>."
        raise ConfigurationError(msg)
    from otel_xray.api.ticket_table import DynamoTickets  # noqa: PLC0415  few use it

    return DynamoTickets(table)
