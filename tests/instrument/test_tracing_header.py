"""The tracing header of an outgoing request."""

from __future__ import annotations

import pytest
from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.trace import SpanContext, TraceFlags

from otel_xray.instrument import tracing_header
from otel_xray.spans import received

SPAN = SpanContext(
    0x5759E988BD862E3FE1BE46A994272793,
    0x53995C3F42CD8AD8,
    is_remote=False,
    trace_flags=TraceFlags(1),
)
OWN = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


@pytest.mark.parametrize("existing", ["Self=1", b"Self=1"], ids=["text", "bytes"])
def test_writing_finds_the_header_in_any_spelling_and_type(existing: str | bytes) -> None:
    """The header is replaced under the name that it has, text or bytes; there is never a second."""
    headers: dict[str, str] = {"Accept": "*/*", "x-amzn-TRACE-id": existing}  # type: ignore[dict-item]
    tracing_header.write(headers, SPAN)
    assert headers == {"Accept": "*/*", "x-amzn-TRACE-id": f"{OWN};Self=1"}


def test_what_came_with_the_request_that_is_served_travels_on() -> None:
    """A call inside of a served request keeps that one's fields, unless it has its own."""
    served = received.keep(received.Received("Root=1-x;Lineage=1:2:3"), Context())
    token = otel_context.attach(served)
    try:
        assert tracing_header.merged("", SPAN) == f"{OWN};Lineage=1:2:3"
        assert tracing_header.merged("Self=1", SPAN) == f"{OWN};Self=1"
    finally:
        otel_context.detach(token)
    assert tracing_header.merged("", SPAN) == OWN
