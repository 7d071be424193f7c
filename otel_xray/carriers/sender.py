"""The span that messages are sent by: the current one, in Lambda else the function's segment."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.trace import SpanContext

from otel_xray.spans.parent import function_segment
from otel_xray.spans.sent_header import merged


def current() -> SpanContext | None:
    """Return the span that a message names as its sender; None outside of any trace."""
    span = trace.get_current_span().get_span_context()
    return span if span.is_valid else function_segment()


def header(existing: object, span: SpanContext) -> str:
    """Return the tracing header that names *span* and keeps what *existing* says beside that."""
    return merged(existing if isinstance(existing, str) else "", span)
