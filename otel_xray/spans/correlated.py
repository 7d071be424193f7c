"""
Business keys on spans: how they are written, and how a context carries them to later spans.

This module loads no SDK.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.trace import Span

from otel_xray.model import keys
from otel_xray.model.ids import TraceId

Value: TypeAlias = "str | int | float | bool"
Pairs: TypeAlias = Mapping[str, Value]

CARRIED = otel_context.create_key("otel-xray-correlated")


class Carried(NamedTuple):
    """
    What a context carries for the later spans of one trace.

    Attributes:
        trace_id: of that trace; a context may live longer, and other traces are not concerned.
        pairs: annotations that each span gets.
        baggage: names of those that are in OpenTelemetry's baggage too, until the trace ends here.
    """

    trace_id: TraceId
    pairs: Pairs
    baggage: tuple[str, ...] = ()


def annotate(span: Span, pairs: Pairs) -> None:
    """Record *pairs* as annotations of *span*; a messaging span gets a conversation id too."""
    present: Mapping[str, Any] = getattr(span, "attributes", None) or {}
    listed = dict.fromkeys((*present.get(keys.ANNOTATIONS, ()), *pairs))
    span.set_attributes({**pairs, keys.ANNOTATIONS: tuple(listed)})
    if keys.MESSAGING_SYSTEM in present and keys.CONVERSATION_ID not in present:
        span.set_attribute(keys.CONVERSATION_ID, text(next(iter(pairs.values()))))


def text(value: Value) -> str:
    """Return *value* as a third party writes it back."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def carry(what: Carried, context: Context) -> Context:
    """Return *context* carrying *what*, beside what it carries for the same trace already."""
    before = _carried(context)
    if before is not None and before.trace_id == what.trace_id:
        names = tuple(dict.fromkeys((*before.baggage, *what.baggage)))
        what = Carried(what.trace_id, {**before.pairs, **what.pairs}, names)
    _process.used = True
    return otel_context.set_value(CARRIED, what, context)


def inherit(span: Span, trace_id: TraceId, context: Context) -> None:
    """Annotate *span*, which starts in *context*, with what that carries for its trace."""
    given = _carried(context)
    if given is not None and given.pairs and given.trace_id == trace_id:
        annotate(span, given.pairs)


def is_used() -> bool:
    """Say whether any context of this process has ever carried something."""
    return _process.used


def end(trace_id: TraceId) -> None:
    """Let the current context carry nothing any more for the trace *trace_id*, in baggage too."""
    context = otel_context.get_current()
    given = _carried(context)
    if given is None or given.trace_id != trace_id:
        return
    if given.baggage:
        from opentelemetry import baggage  # noqa: PLC0415  few use it, and it loads urllib

        for name in given.baggage:
            context = baggage.remove_baggage(name, context)
    otel_context.attach(Context({key: context[key] for key in context if key != CARRIED}))


def _carried(context: Context) -> Carried | None:
    found = context.get(CARRIED)
    return found if isinstance(found, Carried) else None


class _Process:
    used = False


_process = _Process()
