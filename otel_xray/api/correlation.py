"""
`correlate`: one business key on every trace of a story.

A third party that answers hours later begins another trace. What joins the two is a key that both
sides know, recorded as an annotation where a filter finds it: on the current span, and on the
outermost one of this process.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry.trace import Span

from otel_xray.api import context
from otel_xray.instrument.shield import Shield
from otel_xray.model import limits
from otel_xray.model.ids import TraceId
from otel_xray.spans import correlated
from otel_xray.spans.correlated import Carried, Value
from otel_xray.spans.local_root import local_root

_log = logging.getLogger(__name__)
_shield = Shield("correlating a trace")

_TRACES = 1024  # open at a time in one process; of older ones the count is forgotten


def correlate(*, spread: bool = False, baggage: bool = False, **pairs: Value) -> None:
    """
    Annotate the current span and the outermost span of this process with business keys.

    It never raises. Without a current span nothing is recorded.

    Args:
        spread: later spans of this trace in this process get the annotations too, as far as
            they start in this context or one that is made of it.
        baggage: the pairs also leave the process, with every request that carries OpenTelemetry's
            baggage, to whomever it goes, until the trace ends here.
        **pairs: annotations: names of ASCII letters, digits and underscores; strings of at most
            1,000 characters, numbers or booleans. Others are dropped with a warning. Of a trace's
            50 annotations no more than 50 come from here.
    """
    correlate_with(pairs, spread=spread, baggage=baggage)


def correlate_with(
    pairs: Mapping[str, Value], *, spread: bool = False, baggage: bool = False
) -> None:
    """Annotate with *pairs*, which may have any name; see `correlate`."""
    with _shield:
        _correlate(pairs, spread=spread, baggage=baggage)


def _correlate(pairs: Mapping[str, Value], *, spread: bool, baggage: bool) -> None:
    span = context.here().span
    if not span.is_recording():
        _log.debug("Nothing is recorded here: %s is on no span.", ", ".join(pairs))
        return
    trace_id = span.get_span_context().trace_id
    usable = _counted.admitted(
        trace_id, {key: pairs[key] for key in pairs if _is_usable(key, pairs)}
    )
    if not usable:
        return
    outermost = local_root(span)
    for one in (span,) if outermost is span else (span, outermost):
        _annotate(one, usable)
    if spread or baggage:
        names = tuple(usable) if baggage else ()
        _carry(Carried(trace_id, usable if spread else {}, names), usable)


def _annotate(span: Span, pairs: Mapping[str, Value]) -> None:
    """Annotate *span*, through the X-Ray entity that it records if that has its content."""
    put: Any = getattr(getattr(span, "entity", None), "put_annotation", None)
    if not span.is_recording():  # the outermost one has ended before its children
        return
    if put is None:
        correlated.annotate(span, pairs)
    else:
        for key, value in pairs.items():
            put(key, value)


def _carry(what: Carried, pairs: Mapping[str, Value]) -> None:
    now = correlated.carry(what, otel_context.get_current())
    if what.baggage:
        from opentelemetry import baggage  # noqa: PLC0415  few use it, and it loads urllib

        for name in what.baggage:
            now = baggage.set_baggage(name, correlated.text(pairs[name]), now)
    otel_context.attach(now)


def _is_usable(key: str, pairs: Mapping[str, Any]) -> bool:
    """Say whether X-Ray indexes the pair; if not, so does the log."""
    value = pairs[key]
    if not limits.is_annotation_key(key) or len(key) > limits.ANNOTATION_KEY_LENGTH:
        _log.warning("Annotation %.80r dropped: use letters, digits and underscores.", key)
    elif not limits.is_annotation_value(value):
        kind = type(value).__name__
        _log.warning("Annotation %s dropped: %s is no string, number or boolean.", key, kind)
    elif len(str(value)) > limits.ANNOTATION_VALUE_LENGTH:
        most = limits.ANNOTATION_VALUE_LENGTH
        _log.warning("Annotation %s dropped: it has more than %d characters.", key, most)
    else:
        return True
    return False


class _Counted:
    """How many different annotations each trace has got from here."""

    def __init__(self) -> None:
        self._pairs: dict[TraceId, set[tuple[str, Value] | None]] = {}
        self._lock = threading.Lock()

    def admitted(self, trace_id: TraceId, pairs: Mapping[str, Value]) -> dict[str, Value]:
        """Return those of *pairs* that the trace may have, and report the first that it may not."""
        with self._lock:
            known = self._pairs.pop(trace_id, None) or set()
            self._pairs[trace_id] = known  # now the youngest
            if len(self._pairs) > _TRACES:
                del self._pairs[next(iter(self._pairs))]
            found = {pair[0]: pair[1] for pair in pairs.items() if _has_place(pair, known)}
            told = len(found) == len(pairs) or None in known
            known |= set() if told else {None}  # which says that it was told
        if not told:
            most = limits.ANNOTATIONS_PER_TRACE
            _log.warning("X-Ray indexes %d annotations a trace: further ones are dropped.", most)
        return found


def _has_place(pair: tuple[str, Value], known: set[tuple[str, Value] | None]) -> bool:
    """Add *pair* to what is *known*, if it is not there and there is place; say if it is there."""
    if len(known) < limits.ANNOTATIONS_PER_TRACE:
        known.add(pair)
    return pair in known


_counted = _Counted()
