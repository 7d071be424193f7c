"""
Where the span of a handler belongs: under which parent, in which trace, of which kind.

Lambda makes a segment for each invocation, the header of the invocation names it, and X-Ray is the
only place where it can be found. So spans for X-Ray are parts of that segment; anywhere else the
handler's span is a server span, and the caller that Lambda knows is used where nobody else is.
"""

from __future__ import annotations

from typing import NamedTuple

from opentelemetry.trace import SpanContext, SpanKind

from otel_xray.model.header import TraceHeader
from otel_xray.model.ids import TraceId
from otel_xray.setting_values import SpanShape
from otel_xray.spans.parent import segment_of


class Origin(NamedTuple):
    """
    What the handler's span begins with.

    Attributes:
        kind: a server span, or work inside Lambda's own segment.
        parent: the span around it.
        trace_id: of a span without a parent; None: a new one.
        lost: callers that are not the parent, because another one is.
        sampled: whether anything is recorded at all, as far as that has been decided.
    """

    kind: SpanKind
    parent: SpanContext | None = None
    trace_id: TraceId | None = None
    lost: tuple[SpanContext, ...] = ()
    sampled: bool = True


def find(shape: SpanShape, received: TraceHeader | None, w3c: SpanContext | None) -> Origin:
    """
    Return where the handler's span belongs.

    Args:
        shape: what the backend wants.
        received: the header of the invocation, X-Ray's.
        w3c: the caller that named itself by W3C's header.
    """
    header = received or TraceHeader()
    segment = segment_of(header)
    if shape is SpanShape.XRAY and header.root is not None:
        return _part_of_xrays_trace(header, segment, w3c)
    if w3c is not None:
        lost = () if segment is None or _same(segment, w3c) else (segment,)
        return Origin(SpanKind.SERVER, w3c, lost=lost)
    if header.sampled is False:
        # Without active tracing Lambda decides so for everybody; no caller of ours did.
        return Origin(SpanKind.SERVER, trace_id=header.root)
    return Origin(SpanKind.SERVER, segment, trace_id=None if segment else header.root)


def _part_of_xrays_trace(
    header: TraceHeader, segment: SpanContext | None, w3c: SpanContext | None
) -> Origin:
    lost = () if w3c is None or (segment is not None and _same(segment, w3c)) else (w3c,)
    if segment is not None:
        return Origin(SpanKind.INTERNAL, segment, lost=lost, sampled=header.sampled is not False)
    # Passed through: nobody made a segment, so this is one.
    return Origin(
        SpanKind.SERVER, trace_id=header.root, lost=lost, sampled=header.sampled is not False
    )


def _same(one: SpanContext, other: SpanContext) -> bool:
    return (one.trace_id, one.span_id) == (other.trace_id, other.span_id)
