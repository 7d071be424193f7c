"""Parents in other processes: whoever sent a tracing header. This module loads no SDK."""

from __future__ import annotations

import logging

from opentelemetry.trace import SpanContext, TraceFlags

from otel_xray import settings
from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header
from otel_xray.model.header import TraceHeader
from otel_xray.model.ids import SpanId, TraceId

_log = logging.getLogger(__name__)


def remote(trace_id: TraceId, span_id: SpanId, *, sampled: bool | None) -> SpanContext:
    """Return a parent in another process; where nothing was decided, it counts as sampled."""
    flags = TraceFlags(TraceFlags.DEFAULT if sampled is False else TraceFlags.SAMPLED)
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)


def parse_header(text: str) -> TraceHeader | None:
    """Read a tracing header; one that cannot be read is a warning, and counts as none."""
    try:
        return header.parse(text)
    except InvalidTraceHeader as error:
        _log.warning("%s", error)
        return None


def segment_of(received: TraceHeader | None) -> SpanContext | None:
    """Return the segment that a tracing header names, if it does."""
    if received is None or received.root is None or received.parent is None:
        return None
    return remote(received.root, received.parent, sampled=received.sampled)


def function_segment() -> SpanContext | None:
    """Return the segment that Lambda makes for the current invocation, if its header names one."""
    text = settings.lambda_trace_header()
    return segment_of(parse_header(text)) if text else None
