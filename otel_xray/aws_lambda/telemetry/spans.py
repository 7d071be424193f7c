"""
The platform's figures as spans, in X-Ray's words and with the platform's own times.

Nothing is invented: a figure that did not come draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
)

from otel_xray.aws_lambda.process import INITIALIZATION, INVOCATION, OVERHEAD, RESTORE
from otel_xray.aws_lambda.telemetry.values import (
    Initialization,
    Invocation,
    Restoration,
    Stretch,
)
from otel_xray.model import keys

_SUCCESS = "success"
_INITIALIZED_FOR = {keys.LINK_KIND: "invocation"}


def draw_initialization(
    tracer: Tracer,
    figures: Initialization,
    around: SpanContext,
    *,
    waited: bool,
    attributes: Mapping[str, Any],
) -> None:
    """
    Record an initialization.

    Args:
        tracer: makes its span.
        figures: of it.
        around: the span of the first invocation.
        waited: that had to wait for it; else it is a trace of its own, linked to that.
        attributes: what else is known.
    """
    known = {
        **attributes,
        keys.LAMBDA_INIT_PHASE: figures.phase,
        keys.FAAS_COLDSTART: waited,
    }
    _draw(tracer, INITIALIZATION, figures.stretch, around, figures, known, alone=not waited)


def draw_restoration(tracer: Tracer, figures: Restoration, around: SpanContext) -> None:
    """Record the restoration of a snapshot, which the first invocation waited for."""
    _draw(tracer, RESTORE, figures.stretch, around, figures, {keys.FAAS_COLDSTART: True})


def draw_invocation(
    tracer: Tracer, figures: Invocation, around: SpanContext, request_id: str
) -> None:
    """Record the phases of an invocation inside its span, with what it cost."""
    known = {keys.FAAS_INVOCATION_ID: request_id}
    measured = {key: getattr(figures, name) for key, name in _MEASURED.items()}
    stretches = {
        keys.LAMBDA_RESPONSE_LATENCY: figures.response_latency,
        keys.LAMBDA_RESPONSE_DURATION: figures.response_duration,
        keys.LAMBDA_RUNTIME_OVERHEAD: figures.runtime_overhead,
        keys.LAMBDA_EXTENSION_OVERHEAD: figures.extension_overhead,
    }
    lengths = {key: stretch and stretch.milliseconds for key, stretch in stretches.items()}
    cost = {**known, **measured, **lengths, keys.LAMBDA_STATUS: figures.status}
    _draw(tracer, INVOCATION, figures.stretch, around, figures, cost)
    _draw(tracer, OVERHEAD, figures.runtime_overhead, around, None, known)


_MEASURED = {
    keys.LAMBDA_DURATION: "duration",
    keys.LAMBDA_BILLED_DURATION: "billed_duration",
    keys.LAMBDA_INIT_DURATION: "init_duration",
    keys.LAMBDA_RESTORE_DURATION: "restore_duration",
    keys.LAMBDA_MEMORY_SIZE: "memory_size",
    keys.LAMBDA_MAX_MEMORY_USED: "max_memory_used",
    keys.LAMBDA_PRODUCED_BYTES: "produced_bytes",
}


def _draw(
    tracer: Tracer,
    name: str,
    stretch: Stretch | None,
    around: SpanContext,
    result: Initialization | Restoration | Invocation | None,
    attributes: Mapping[str, Any],
    *,
    alone: bool = False,
) -> None:
    if stretch is None:
        return
    error_type = result.error_type if result is not None else None
    known = {**attributes, keys.ERROR_TYPE: error_type}
    span = tracer.start_span(
        name,
        Context() if alone else trace.set_span_in_context(NonRecordingSpan(around), Context()),
        kind=SpanKind.SERVER if alone else SpanKind.INTERNAL,
        attributes={key: value for key, value in known.items() if value is not None},
        links=[Link(around, _INITIALIZED_FOR)] if alone else [],
        start_time=stretch.start,
    )
    if result is not None and result.status not in {None, _SUCCESS}:
        span.set_attribute(keys.FAULT, value=True)
        span.set_status(Status(StatusCode.ERROR, error_type or result.status))
    span.end(stretch.end)
