from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import Link, SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.trace.span import TraceState

from otel_xray.model.span import EventData, Kind, LinkData, ScopeData
from otel_xray.model.span import StatusCode as Status
from otel_xray.spans.id_generator import IdGenerator
from otel_xray.spans.readable import to_span_data
from otel_xray.spans.resource import detect
from otel_xray.spans.wanted import WantedIds

LAMBDA = {
    "LAMBDA_TASK_ROOT": "/var/task",
    "AWS_REGION": "eu-west-1",
    "AWS_LAMBDA_FUNCTION_NAME": "process_order",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/25/[$LATEST]abc",
}


def test_every_field_of_a_span_is_read() -> None:
    """Nothing that the SDK recorded is missing from the value that is exported."""
    parent = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(1))
    context = SpanContext(
        1, 3, is_remote=False, trace_flags=TraceFlags(1), trace_state=TraceState([("a", "b")])
    )
    provider = TracerProvider(shutdown_on_exit=False)
    tracer = provider.get_tracer("scope", "1.2")
    real = tracer.start_span("name", kind=SpanKind.CLIENT, links=[Link(parent, {"l": 1})])
    real.add_event("event", {"e": 1}, timestamp=7)
    real.set_status(StatusCode.ERROR, "why")
    real.set_attribute("k", "v")
    real.end(9)
    assert isinstance(real, ReadableSpan)
    read = to_span_data(real)

    assert (Kind.CLIENT, Status.ERROR, "why", 9) == (
        read.kind,
        read.status,
        read.status_message,
        read.end,
    )
    assert [EventData("event", 7, {"e": 1})] == read.events
    assert [LinkData(1, 2, {"l": 1})] == read.links
    assert {"k": "v"} == read.attributes
    assert ScopeData("scope", "1.2") == read.scope
    assert "opentelemetry" == read.resource["telemetry.sdk.name"]
    assert read.parent_id is None

    child = to_span_data(ReadableSpan("child", context, parent, start_time=5))
    assert (1, 3, 2, "a=b", 0x301) == (
        child.trace_id,
        child.span_id,
        child.parent_id,
        child.trace_state,
        child.flags,
    )
    assert child.end is None


def test_a_span_without_ids_is_an_error_that_names_it() -> None:
    """A span that was never started by a tracer cannot be exported."""
    with pytest.raises(ValueError, match="'orphan'"):
        to_span_data(ReadableSpan("orphan"))


def test_wanted_ids_are_used_inside_the_block_only() -> None:
    """A span of the block has the wanted ids; before and after, all are new."""
    ids = IdGenerator()
    with WantedIds(42, 7):
        inside = ids.generate_trace_id(), ids.generate_span_id()
        with WantedIds(None):
            free = ids.generate_trace_id(), ids.generate_span_id()

    assert (42, 7) == inside
    assert free[0] not in (42, ids.generate_trace_id())
    assert free[1] not in (7, ids.generate_span_id())


def test_a_lambda_function_is_described_from_its_environment() -> None:
    """The resource follows the FaaS and cloud conventions; memory is in bytes."""
    attributes = detect(LAMBDA, "orders").attributes

    assert {
        "service.name": "orders",
        "cloud.provider": "aws",
        "cloud.platform": "aws_lambda",
        "cloud.region": "eu-west-1",
        "faas.name": "process_order",
        "faas.version": "$LATEST",
        "faas.instance": "2026/11/25/[$LATEST]abc",
        "faas.max_memory": 512 << 20,
    }.items() <= attributes.items()


def test_a_missing_variable_costs_one_attribute() -> None:
    """SnapStart sets no log stream; everything else is still known."""
    attributes = detect({**LAMBDA, "AWS_LAMBDA_LOG_STREAM_NAME": ""}, "orders").attributes

    assert "faas.instance" not in attributes
    assert "process_order" == attributes["faas.name"]


def test_elsewhere_the_resource_is_the_service() -> None:
    """Outside Lambda nothing is claimed about the platform."""
    assert "cloud.platform" not in detect({}, "orders").attributes
