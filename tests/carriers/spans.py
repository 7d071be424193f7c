"""Spans that messages name, in each spelling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from otel_xray.carriers.carried import Carried

SENDER = SpanContext(
    0x5759E988BD862E3FE1BE46A994272793,
    0x53995C3F42CD8AD8,
    is_remote=False,
    trace_flags=TraceFlags(1),
    trace_state=TraceState([("vendor", "1")]),
)
TRACEPARENT = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"
TRACESTATE = "vendor=1"
FIELDS = {"traceparent": TRACEPARENT, "tracestate": TRACESTATE}
HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
OTHER_HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=aaaaaaaaaaaaaaaa;Sampled=0"


@contextmanager
def sending() -> Iterator[SpanContext]:
    """Run the block inside the span that messages then name."""
    token = context.attach(trace.set_span_in_context(NonRecordingSpan(SENDER)))
    try:
        yield SENDER
    finally:
        context.detach(token)


def ids(carried: Carried) -> list[tuple[int, int]]:
    """Return the ids of the senders that a message names."""
    return [(span.trace_id, span.span_id) for span in carried.contexts]


SENDERS = [(SENDER.trace_id, SENDER.span_id)]
