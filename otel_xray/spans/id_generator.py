"""Ids that X-Ray accepts: the first 32 bits of a trace id are the time."""

from __future__ import annotations

from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator

from otel_xray.model.ids import SpanId, TraceId
from otel_xray.spans.wanted import wanted_span_id, wanted_trace_id


class IdGenerator(AwsXRayIdGenerator):
    """The official generator, which also gives ids that X-Ray code has chosen."""

    def generate_trace_id(self) -> TraceId:
        """Return the trace id that is wanted, else a new one."""
        return wanted_trace_id() or super().generate_trace_id()

    def generate_span_id(self) -> SpanId:
        """Return the span id that is wanted, else a new one."""
        return wanted_span_id() or super().generate_span_id()
