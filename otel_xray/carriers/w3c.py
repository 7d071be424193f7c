"""The fields of W3C Trace Context, as any mapping carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext

TRACEPARENT = "traceparent"
TRACESTATE = "tracestate"
FIELDS = (TRACEPARENT, TRACESTATE)


def parse(fields: Mapping[str, object]) -> SpanContext | None:
    """Return the span that *fields* name; None when they name none."""
    if not isinstance(fields.get(TRACEPARENT), str):
        return None
    carrier = {key: value for key in FIELDS if isinstance(value := fields.get(key), str)}
    context = _propagator().extract(carrier, Context())
    span = trace.get_current_span(context).get_span_context()
    return span if span.is_valid else None


def fields(span: SpanContext) -> dict[str, str]:
    """Return the fields that name *span*."""
    carrier: dict[str, str] = {}
    context = trace.set_span_in_context(NonRecordingSpan(span), Context())
    _propagator().inject(carrier, context)
    return carrier


def _propagator() -> Any:
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415  seldom needed
        TraceContextTextMapPropagator,
    )

    return TraceContextTextMapPropagator()
