"""How the spans of this package start: by the SDK, or cheaper where that is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind, Tracer
from opentelemetry.util.types import AttributeValue

if TYPE_CHECKING:  # it loads the SDK, which an application may not have
    from otel_xray.spans.own_span import OwnSpan

_SDK = "opentelemetry.sdk.trace"


def start(
    tracer: Tracer,
    name: str,
    context: Context | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, AttributeValue] | None = None,
    links: Sequence[Link] = (),
    start_time: int | None = None,
) -> Span:
    """
    Start a span, as *tracer* does.

    Args:
        tracer: anybody's.
        name: of the span.
        context: holds its parent; by default the current one.
        kind: of the span.
        attributes: texts, numbers, booleans and tuples of one of them; kept as they are.
        links: to other spans.
        start_time: nanoseconds since the epoch; now by default.
    """
    parent = trace.get_current_span(context).get_span_context()
    if parent.is_valid and parent.trace_flags.sampled and not links:
        own = _known[tracer] if tracer in _known else _own(tracer)
        if own is not None:
            return own(tracer, name, parent, context, kind, attributes, start_time)
    return tracer.start_span(name, context, kind, attributes, links, start_time)


def add(span: Span, attributes: Mapping[str, AttributeValue]) -> None:
    """Add attributes to *span* that are clean, as `start` takes them."""
    kept = getattr(span, "add_clean", span.set_attributes)
    kept(attributes)


def _own(tracer: Tracer) -> type[OwnSpan] | None:
    """Return what makes spans for *tracer*; None where it has to make them itself."""
    found: type[OwnSpan] | None = None
    if type(tracer).__module__ == _SDK:
        from otel_xray.spans.own_span import OwnSpan, is_usual  # noqa: PLC0415  see above

        found = OwnSpan if is_usual(tracer) else None
    _known[tracer] = found
    return found


_known: dict[Tracer, type[OwnSpan] | None] = {}
