"""
`ticket` and `resume`: a trace handed to a third party, and taken up again when it calls back.

What comes back begins a trace of its own, linked to the first: hours may lie between, and a trace
that is open for that long is complete in no backend.
"""

from __future__ import annotations

import functools
import inspect
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN, Link, NonRecordingSpan, Span, SpanContext, SpanKind

from otel_xray import settings
from otel_xray.api import capture, context, source
from otel_xray.api import ticket as tickets
from otel_xray.api.correlation import correlate_with
from otel_xray.api.entities import Entity, Segment, Subsegment
from otel_xray.api.scope import Function, Scope
from otel_xray.api.ticket import InvalidTicket, Ticket
from otel_xray.instrument.shield import Shield
from otel_xray.model import keys, limits
from otel_xray.spans.correlated import Value
from otel_xray.spans.parent import remote
from otel_xray.spans.wanted import WantedIds

_log = logging.getLogger(__name__)
_shield = Shield("resuming a trace")

NAME = "resume"
RESUMED = "resume"  # link.kind of the span that is taken up again
RECEIVED = "receive"  # link.kind of what was current, where the ticket's span is the parent

# A ticket, or what finds it in the arguments of a decorated function.
Source: TypeAlias = "str | Callable[..., str | None] | None"


def ticket(*, lifetime: float | None = None, secret: str | None = None) -> str:
    """
    Return a short text that stands for the current span, for a third party to hand back.

    It holds the trace id, the span id and the sampling decision, in 40 to 62 characters of
    ``A-Z a-z 0-9 - _``. It never raises. Without a current span the text is empty.

    Args:
        lifetime: seconds after which it cannot be used any more; by default it always can.
        secret: signs it, so that nobody else can make one; ``OTEL_XRAY_TICKET_SECRET`` by default.
    """
    with _shield:
        entity = context.current()
        span = INVALID_SPAN if entity is None else entity.span
        current = span.get_span_context()
        if current.is_valid:
            expires = None if lifetime is None else int(time.time() + lifetime)
            found = Ticket(current.trace_id, current.span_id, current.trace_flags.sampled, expires)
            return tickets.format(found, settings.ticket_secret() if secret is None else secret)
        _log.debug("There is no span here that a ticket could stand for.")
    return ""


def resume(
    ticket: Source,
    name: str | None = None,
    *,
    as_parent: bool = False,
    kind: SpanKind | None = None,
    secret: str | None = None,
) -> Resumption:
    """
    Return a block, or a decorator, with a span that goes on where *ticket* was made.

    The span is linked to that one (``link.kind`` is ``resume``). It is part of the current span if
    there is one, else it begins a trace. A ticket that cannot be used is a warning, and the span
    has no link; None and an empty one are no warning. Nothing raises but the block's own content.

    Args:
        ticket: what `ticket` returned. For a decorator also a function that takes the
            arguments of the decorated one, and returns it.
        name: of the span; by default that of the decorated function, or ``resume``.
        as_parent: the span is a child of the ticket's, in the same trace, and what is current
            here is linked instead.
        kind: of the span; by default INTERNAL inside a current span, SERVER as a child of the
            ticket's, else CONSUMER.
        secret: must have signed the ticket; ``OTEL_XRAY_TICKET_SECRET`` by default.
    """
    return Resumption(ticket, name, Terms(as_parent, kind, secret))


@dataclass(frozen=True, slots=True)
class Terms:
    """
    How a trace is resumed; see `resume`.

    Attributes:
        pairs: business keys of the span that resumes it.
    """

    as_parent: bool = False
    kind: SpanKind | None = None
    secret: str | None = field(default=None, repr=False)
    pairs: Mapping[str, Value] = field(default_factory=dict[str, Value])


class Resumption(Scope):
    """The block, and the decorator, that `resume` returns."""

    def __init__(self, ticket: Source, name: str | None, terms: Terms) -> None:
        """
        Prepare the block; nothing is opened yet.

        Args:
            ticket: or what finds it, which is asked when the block is entered.
            name: of the span.
            terms: how the trace is resumed.
        """
        super().__init__(self._open, name)
        self._ticket = ticket
        self._terms = terms

    def __call__(self, function: Function) -> Function:
        """Return *function* with a span of its own around each call."""
        if not callable(self._ticket):
            return super().__call__(function)
        kind: Any = type(function)
        if kind in {classmethod, staticmethod}:
            return cast("Function", kind(self(cast("Any", function).__func__)))
        named = self._name or function.__name__

        def call(*args: Any, **kwargs: Any) -> Any:
            found = _found(self._ticket, *args, **kwargs)
            block = Resumption(found, named, self._terms)
            return capture.wrap(function, lambda: block)(*args, **kwargs)

        async def call_async(*args: Any, **kwargs: Any) -> Any:
            return await call(*args, **kwargs)

        wrapped = call_async if inspect.iscoroutinefunction(function) else call
        return cast("Function", functools.update_wrapper(wrapped, function))

    def renewed(self, name: str) -> Resumption:
        """Return the block for one call of the function called *name*."""
        return Resumption(self._ticket, self._name or name, self._terms)

    def _open(self, name: str) -> Entity:
        with _shield:
            origin = usable(_found(self._ticket), self._terms.secret)
            entity = _started(name or NAME, origin, self._terms)
            context.enter(entity)
            if self._terms.pairs:
                correlate_with(self._terms.pairs)
            return entity
        return Subsegment(INVALID_SPAN, NAME)


def usable(text: str | None, secret: str | None = None) -> SpanContext | None:
    """
    Return the span that the ticket *text* stands for; None, and a warning, if it is not usable.

    Args:
        text: None and empty are no warning.
        secret: ``OTEL_XRAY_TICKET_SECRET`` if it is None.
    """
    if not text:
        return None
    try:
        found = tickets.parse(text, settings.ticket_secret() if secret is None else secret)
    except InvalidTicket as error:
        _log.warning("The ticket %.80r is not resumed: %s.", text, error)
        return None
    if found.expires is not None and found.expires <= time.time():
        _log.warning("The ticket %.80r is not resumed: it has expired.", text)
        return None
    return remote(found.trace_id, found.span_id, sampled=found.sampled)


def _found(ticket: Source, *args: Any, **kwargs: Any) -> str | None:
    """Return the ticket; a function of the application's that fails has found none."""
    if not callable(ticket):
        return ticket
    with _shield:
        return ticket(*args, **kwargs)
    return None


def _started(name: str, origin: SpanContext | None, terms: Terms) -> Entity:
    """Start the span that resumes *origin*, linked to it or as its child."""
    around = context.current()
    named = limits.name(name)
    if origin is not None and terms.as_parent:
        links = () if around is None else (_link(around.span.get_span_context(), RECEIVED),)
        parent = NonRecordingSpan(origin)
        return Segment(_span(named, parent, terms.kind or SpanKind.SERVER, links), named)
    links = () if origin is None else (_link(origin, RESUMED),)
    if around is None:
        return Segment(_span(named, INVALID_SPAN, terms.kind or SpanKind.CONSUMER, links), named)
    kind = terms.kind or SpanKind.INTERNAL
    return Subsegment(_span(named, around.span, kind, links), named, around)


def _span(name: str, parent: Span, kind: SpanKind, links: tuple[Link, ...]) -> Span:
    passed = context.here().header  # of a Lambda function that passes the trace through
    root = passed.root if passed is not None and parent is INVALID_SPAN else None
    start_in = trace.set_span_in_context(parent)
    with WantedIds(root):
        return source.tracer().start_span(name, start_in, kind=kind, links=links)


def _link(to: SpanContext, kind: str) -> Link:
    return Link(to, {keys.LINK_KIND: kind})
