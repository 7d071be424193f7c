"""
The outermost span of this process around another one.

OpenTelemetry knows a parent by its ids only. So whatever starts inside a span of this process is
told once which span is the outermost (`otel_xray.spans.inheritance`); a span without that mark is
the outermost itself. This module loads no SDK.
"""

from __future__ import annotations

from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Span

# Under which OpenTelemetry keeps the current span; asked of it, since the name is its own affair.
CURRENT_SPAN = next(iter(trace.set_span_in_context(INVALID_SPAN, Context())))

_MARK = "_otel_xray_local_root"


def local_root(span: Span) -> Span:
    """Return the outermost span of this process around *span*; itself, when nothing is around."""
    known: Span | None = getattr(span, _MARK, None)
    if known is not None:
        return known
    # A subsegment of X-Ray code may begin in a segment that is not current; it knows which.
    segment = getattr(getattr(span, "entity", None), "parent_segment", None)
    around: Span | None = getattr(segment, "span", None)
    return span if around is None or around is span else local_root(around)


def mark(span: Any, around: Any) -> None:
    """Let *span* know the outermost span, which is *around*, or the one that *around* knows."""
    span._otel_xray_local_root = getattr(around, _MARK, around)  # noqa: SLF001  an attribute of ours
