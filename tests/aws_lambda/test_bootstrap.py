"""The wrapper around one handler, without a runtime: in a test, or in somebody else's server."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import StatusCode

from otel_xray import Tracer
from otel_xray.aws_lambda import bootstrap, traced
from otel_xray.testing import Recording

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"


def echo(event: Any, context: Any) -> Any:
    """Return the event."""
    return event


def test_an_invocation_is_a_server_span(recorded: Recording) -> None:
    """It says what Lambda's context object says, and ends with the handler."""
    context = SimpleNamespace(aws_request_id="id", invoked_function_arn=f"{ARN}:live")
    answer = traced(echo)({"a": 1}, context)
    (span,) = recorded.spans

    assert {"a": 1} == answer
    assert trace.SpanKind.SERVER is span.kind
    assert {
        "faas.invocation_id": "id",
        "aws.lambda.invoked_arn": f"{ARN}:live",
        "cloud.resource_id": ARN,
        "cloud.account.id": "123456789012",
        "faas.trigger": "other",
    }.items() <= dict(span.attributes or {}).items()


@pytest.mark.parametrize("arguments", [(), ({},), ({}, None), (None, object()), (7, "context")])
def test_any_arguments_will_do(recorded: Recording, arguments: tuple[Any, ...]) -> None:
    """A test calls a handler with whatever it needs."""

    @traced
    def handler(event: Any = None, context: Any = None) -> str:
        return "done"

    assert "done" == handler(*arguments)
    assert 1 == len(recorded.spans)


def test_the_span_can_be_annotated(recorded: Recording) -> None:
    """It is the current one, for X-Ray calls and for OpenTelemetry's API."""
    tracer = Tracer()

    @traced
    def handler(event: Any, context: Any) -> None:
        tracer.put_annotation("orderId", event)
        trace.get_current_span().set_attribute("more", "x")

    handler("42", None)
    (segment,) = recorded.documents()

    assert {"orderId": "42"} == segment["annotations"]
    assert not trace.get_current_span().get_span_context().is_valid


def test_an_exception_is_recorded_and_goes_on(recorded: Recording) -> None:
    """The span has failed; the stack begins in the function's code."""

    @traced
    def handler(event: Any, context: Any) -> None:
        msg = "no such order"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="no such order"):
        handler({}, None)
    (span,) = recorded.spans
    (event,) = span.events

    assert StatusCode.ERROR is span.status.status_code
    assert "aws_lambda/bootstrap.py" not in str((event.attributes or {})["exception.stacktrace"])


def test_a_handler_that_calls_another_is_one_invocation(recorded: Recording) -> None:
    """The layer may have wrapped what the code wraps as well."""
    inner = traced(echo)

    @traced
    def outer(event: Any, context: Any) -> Any:
        return inner(event, context)

    outer({}, None)

    assert inner is traced(inner)
    assert 1 == len(recorded.spans)


def test_handlers_in_threads_are_invocations_of_their_own(recorded: Recording) -> None:
    """A local server may run several at a time."""
    together = threading.Barrier(3)

    @traced
    def handler(event: Any, context: Any) -> None:
        together.wait(10)

    threads = [threading.Thread(target=handler, args=({}, None)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 3 == len({span.context.trace_id for span in recorded.spans if span.context})


def test_a_response_decides_about_fault_and_error(recorded: Recording) -> None:
    """What API Gateway gets as a status is the segment's."""
    event = {
        "version": "2.0",
        "routeKey": "GET /orders",
        "rawPath": "/orders",
        "requestContext": {"http": {"method": "GET", "path": "/orders"}, "stage": "$default"},
    }

    @traced
    def handler(event: Any, context: Any) -> dict[str, int]:
        return {"statusCode": 503}

    handler(event, None)
    (segment,) = recorded.documents()

    assert segment["fault"] is True
    assert 503 == segment["http"]["response"]["status"]


def test_without_lambdas_header_the_events_counts(recorded: Recording) -> None:
    """A load balancer names a trace, and no segment."""
    event = {
        "requestContext": {"elb": {"targetGroupArn": "arn"}},
        "httpMethod": "GET",
        "path": "/orders",
        "headers": {"x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793"},
    }
    traced(echo)(event, None)
    (segment,) = recorded.documents()

    assert "1-5759e988-bd862e3fe1be46a994272793" == segment["trace_id"]
    assert "parent_id" not in segment


def test_a_wrapped_handler_looks_like_itself() -> None:
    """Tools that ask for its name and text get them."""
    assert ("echo", "Return the event.") == (traced(echo).__name__, traced(echo).__doc__)


@pytest.mark.parametrize("name", [f"{__name__}.echo", f"{__name__.replace('.', '/')}.echo"])
def test_a_handler_is_loaded_by_its_name(name: str) -> None:
    """As the runtime does it, also where there is no runtime."""
    assert "echo" == bootstrap.load(name).__name__


@pytest.mark.parametrize("name", ["no.such.module", "nothing", "tests.nothing", ""])
def test_a_handler_that_does_not_exist_is_an_error(recorded: Recording, name: str) -> None:
    """The exception is Python's own, and a span reports it."""
    with pytest.raises((ImportError, AttributeError, ValueError)):
        bootstrap.load(name)

    assert ["Initialization"] == [span.name for span in recorded.spans]
