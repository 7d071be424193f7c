"""Carriers beside what the user sends: SNS, S3, Lambda, HTTP headers, headers of Kafka."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from types import SimpleNamespace
from typing import Any

import pytest
from awslambdaric.lambda_context import LambdaContext
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.carriers import http, kafka, lambda_invoke, s3, services, sns
from tests.carriers.spans import FIELDS, HEADER, SENDERS, TRACEPARENT, ids

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(TRACEPARENT),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*FIELDS]), inner),
    max_leaves=10,
)

# --- SNS ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sender")
def test_a_notification_names_its_sender_in_attributes() -> None:
    """As Lambda delivers it, and as it stands in the body of a message of SQS."""
    published = sns.inject({"TopicArn": "arn", "Message": "m"})["MessageAttributes"]
    delivered = {
        key: {"Type": one["DataType"], "Value": one["StringValue"]}
        for key, one in published.items()
    }

    assert SENDERS == ids(sns.read({"Sns": {"MessageAttributes": delivered}}))
    assert SENDERS == ids(sns.read({"Type": "Notification", "MessageAttributes": delivered}))


def test_a_notification_outside_of_any_trace_stays_as_it_is() -> None:
    """There is nobody to name."""
    assert {"Message": "m"} == sns.inject({"Message": "m"})


# --- S3 -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sender")
def test_an_object_names_its_writer_in_its_metadata() -> None:
    """Beside the user's own; arguments that botocore refuses are left for it to refuse."""
    arguments = s3.inject({"Bucket": "b", "Key": "k", "Metadata": {"owner": "me"}})

    assert {"owner": "me", **FIELDS} == arguments["Metadata"]
    assert SENDERS == ids(s3.read({"Metadata": arguments["Metadata"]}))
    assert {"Metadata": "wrong"} == s3.inject({"Metadata": "wrong"})


def test_an_object_written_outside_of_any_trace_names_nobody() -> None:
    """There is nobody to name."""
    assert {"Key": "k"} == s3.inject({"Key": "k"})
    assert [] == ids(s3.read({"Metadata": {}}))


# --- Lambda -------------------------------------------------------------------------------------


def encoded(context: object) -> str:
    """Return a client context as `Invoke` takes it."""
    return b64encode(json.dumps(context).encode()).decode()


def received(client_context: object) -> LambdaContext:
    """Return the context object that the real runtime client makes."""
    return LambdaContext("request", client_context, None, 0)


@pytest.mark.usefixtures("sender")
@pytest.mark.parametrize("own", [None, {"custom": {"a": "1"}, "env": {"locale": "en"}}])
def test_an_invocation_names_its_caller_in_the_client_context(own: dict[str, Any] | None) -> None:
    """The payload is not touched, and what the client context says already is kept."""
    arguments: dict[str, Any] = {"FunctionName": "f", "Payload": b"{}"}
    if own:
        arguments["ClientContext"] = encoded(own)
    invoked = lambda_invoke.inject(arguments)
    context = json.loads(b64decode(invoked["ClientContext"]))

    assert b"{}" == invoked["Payload"]
    assert {**(own or {}), "custom": {**(own or {}).get("custom", {}), **FIELDS}} == context
    assert SENDERS == ids(lambda_invoke.read(received(context)))


@pytest.mark.usefixtures("sender")
@pytest.mark.parametrize(
    "context",
    [
        "no base64!",
        b64encode(b"no json").decode(),
        encoded({"custom": "no object"}),
        encoded({"custom": {"a": "x" * 3500}}),
        5,
    ],
)
def test_a_client_context_that_cannot_take_it_is_left_as_it_is(context: object) -> None:
    """Not readable, of another shape, or as long as Lambda allows."""
    assert {"ClientContext": context} == lambda_invoke.inject({"ClientContext": context})


def test_a_call_outside_of_any_trace_stays_as_it_is() -> None:
    """There is nobody to name."""
    assert {"FunctionName": "f"} == lambda_invoke.inject({"FunctionName": "f"})


def test_what_lambda_itself_passes_on_comes_first() -> None:
    """`context.w3c()` of newer runtimes counts before what a caller put into `custom`."""
    context = received(
        {"w3c": FIELDS, "custom": {"traceparent": "00-" + "1" * 32 + "-" + "2" * 16}}
    )

    assert SENDERS == ids(lambda_invoke.read(context))


@pytest.mark.parametrize(
    "context",
    [
        SimpleNamespace(client_context=SimpleNamespace(custom=FIELDS)),
        SimpleNamespace(custom=FIELDS),
        {"custom": FIELDS},
        {"custom": {"X-Amzn-Trace-Id": HEADER}},
        {"w3c": FIELDS},
        FIELDS,
    ],
)
def test_a_caller_is_found_in_whatever_part_of_the_context_is_at_hand(context: object) -> None:
    """The context object, its client context, that as JSON, or only what `custom` has."""
    assert SENDERS == ids(lambda_invoke.read(context))


# --- HTTP and Kafka -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Traceparent": TRACEPARENT},
        {"x-amzn-TRACE-id": HEADER},
        {"traceparent": [TRACEPARENT, "second"]},
        {"Traceparent": TRACEPARENT, "X-Amzn-Trace-Id": HEADER},
    ],
)
def test_a_request_names_its_sender_in_headers_of_any_case(headers: dict[str, Any]) -> None:
    """Single values and lists of them, as a load balancer may send them."""
    assert SENDERS == ids(http.read(headers))


def test_a_record_of_kafka_names_its_producer_in_headers() -> None:
    """Lambda writes each header as a list of bytes."""
    headers = [{"key": [1, -2]}, {"traceparent": list(TRACEPARENT.encode())}]

    assert SENDERS == ids(kafka.read({"headers": headers}))


# --- all of them --------------------------------------------------------------------------------

MEMBERS = st.sampled_from(
    [
        *("attributes", "messageAttributes", "body", "Sns", "MessageAttributes", "detail", "_otel"),
        *(
            "kinesis",
            "data",
            "dynamodb",
            "NewImage",
            "Metadata",
            "custom",
            "w3c",
            "headers",
            "Data",
        ),
    ]
)


@pytest.mark.parametrize("service", services.SERVICES)
@given(message=JSON | st.dictionaries(MEMBERS | st.text(), JSON))
def test_a_message_of_any_shape_can_be_read(service: str, message: Any) -> None:
    """A reader takes whatever somebody sent, and raises nothing."""
    carried = services.read(service, message)

    assert all(span.is_valid and span.is_remote for span in carried.contexts)
