"""Ids that X-Ray accepts: the first 32 bits of a trace id are the time."""

from __future__ import annotations

from opentelemetry.sdk.extension.aws.trace import AwsXRayIdGenerator

from otel_xray.model.ids import TraceId
from otel_xray.spans.root import current_wanted_trace_id


class IdGenerator(AwsXRayIdGenerator):
    """The official generator, which also continues a trace whose sender named no parent."""

    def generate_trace_id(self) -> TraceId:
        """Return the trace id that is wanted, else a new one."""
        return current_wanted_trace_id() or super().generate_trace_id()
