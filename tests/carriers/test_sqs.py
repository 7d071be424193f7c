"""Messages of SQS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from otel_xray.carriers import sqs
from tests.carriers.spans import FIELDS, HEADER, OTHER_HEADER, SENDERS, TRACEPARENT, ids

ENTRY = {"MessageBody": "body"}


def attribute(value: str) -> dict[str, str]:
    """Return a message attribute as boto3 takes it."""
    return {"DataType": "String", "StringValue": value}


def header_of(message: dict[str, Any]) -> str:
    """Return the tracing header that a message will have."""
    text: str = message["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"]
    return text


@pytest.mark.usefixtures("sender")
def test_a_message_names_its_sender_beside_its_content() -> None:
    """The tracing header is a system attribute; body and message attributes stay the user's."""
    message = sqs.inject({**ENTRY, "MessageAttributes": {"kind": attribute("new")}})

    assert HEADER == header_of(message)
    assert {"kind": attribute("new")} == message["MessageAttributes"]
    assert "body" == message["MessageBody"]
    assert {"MessageBody": "body"} == ENTRY


@pytest.mark.usefixtures("sender")
def test_other_fields_of_a_tracing_header_travel_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lineage of the invocation is kept, and so are fields of a header that is there already."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3;Parent=4;Sampled=0;Lineage=1:2:3")
    relayed = {"AWSTraceHeader": attribute("Root=1-a-b;Parent=c;Self=x")}

    assert f"{HEADER};Lineage=1:2:3" == header_of(sqs.inject(ENTRY))
    message = sqs.inject({**ENTRY, "MessageSystemAttributes": relayed})
    assert f"{HEADER};Self=x" == header_of(message)


def test_lambdas_own_segment_is_the_sender_outside_of_any_span(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In Lambda the function's segment sends what no span sends."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", OTHER_HEADER)

    assert OTHER_HEADER == header_of(sqs.inject(ENTRY))


def test_a_message_outside_of_any_trace_stays_as_it_is() -> None:
    """Nobody is named who does not exist."""
    assert ENTRY == sqs.inject(ENTRY, message_attributes=True)


@pytest.mark.usefixtures("sender")
@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (0, {"traceparent", "tracestate"}),
        (8, {"traceparent", "tracestate"}),
        (9, {"traceparent"}),
        (10, set()),
    ],
)
def test_message_attributes_are_written_while_there_is_room(own: int, expected: set[str]) -> None:
    """W3C's fields take what ten attributes leave; the user's are never pushed out."""
    given = {f"a{number}": attribute("x") for number in range(own)}
    message = sqs.inject({**ENTRY, "MessageAttributes": given}, message_attributes=True)

    assert {*given, *expected} == set(message["MessageAttributes"])
    assert HEADER == header_of(message)


@pytest.mark.usefixtures("sender")
def test_a_relayed_message_names_the_new_sender() -> None:
    """Attributes of an earlier sender are replaced, and need no room of their own."""
    others = {f"a{number}": attribute("x") for number in range(8)}
    given = {**others, "traceparent": attribute("old"), "tracestate": attribute("old=1")}
    message = sqs.inject({**ENTRY, "MessageAttributes": given}, message_attributes=True)

    assert attribute(TRACEPARENT) == message["MessageAttributes"]["traceparent"]
    assert 10 == len(message["MessageAttributes"])


@pytest.mark.usefixtures("sender")
@pytest.mark.parametrize("name", ["MessageAttributes", "MessageSystemAttributes"])
def test_what_botocore_refuses_is_left_for_it_to_refuse(name: str) -> None:
    """A parameter of the wrong type reaches botocore, whose error names it."""
    message = sqs.inject({**ENTRY, name: "wrong"}, message_attributes=True)

    assert "wrong" == message[name]


def as_lambda(message: Any) -> Any:
    """Return what boto3 delivers as Lambda spells it."""
    if not isinstance(message, dict):
        return message
    return {
        key if key in ("AWSTraceHeader", *FIELDS) else key[0].lower() + key[1:]: as_lambda(value)
        for key, value in message.items()
    }


NOTIFICATION = json.dumps(
    {
        "Type": "Notification",
        "Message": "m",
        "MessageAttributes": {key: {"Type": "String", "Value": one} for key, one in FIELDS.items()},
    }
)
EVENT = json.dumps({"detail-type": "d", "source": "s", "detail": {"_otel": FIELDS}})


SYSTEM = {"Attributes": {"AWSTraceHeader": HEADER}}
OWN = {"MessageAttributes": {key: attribute(value) for key, value in FIELDS.items()}}


@pytest.mark.parametrize("deliver", [dict, as_lambda], ids=["boto3", "lambda"])
@pytest.mark.parametrize(
    "message",
    [
        pytest.param(SYSTEM, id="system attribute"),
        pytest.param(OWN, id="attributes"),
        pytest.param({**SYSTEM, **OWN}, id="both"),
        pytest.param({"Body": NOTIFICATION}, id="notification"),
        pytest.param({"Body": EVENT}, id="event"),
        pytest.param({**SYSTEM, "Body": NOTIFICATION}, id="both, one in the notification"),
    ],
)
def test_the_sender_is_found_wherever_it_is_named(
    message: dict[str, Any], deliver: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """System attribute, message attributes, and what SNS or EventBridge put into the body."""
    assert SENDERS == ids(sqs.read(deliver(message)))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "traceparent",
        '{"traceparent": "x"}',
        '["traceparent"]',
        '{"a":' * 100_000 + "traceparent",
    ],
    ids=["empty", "word", "other", "list", "deep"],
)
def test_a_body_that_only_looks_like_it_names_nobody(body: str) -> None:
    """Bodies of users are read as text, and parsed only for what two services write."""
    assert [] == ids(sqs.read({"body": body}))


class Client:
    """Stands where boto3's client would; remembers what it was asked for."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = messages
        self.asked: dict[str, Any] = {}

    def receive_message(self, **arguments: Any) -> dict[str, Any]:
        """Return the messages."""
        self.asked = arguments
        return {"Messages": list(self.messages)} if self.messages else {}


def test_receiving_asks_for_what_messages_carry() -> None:
    """SQS returns attributes only to who asks; what the user asks for is asked for, too."""
    client = Client({"Body": "x", "Attributes": {"AWSTraceHeader": HEADER}}, {"Body": "y"})
    first, second = sqs.receive(
        client, QueueUrl="q", MessageSystemAttributeNames=["SentTimestamp"], WaitTimeSeconds=1
    )

    assert ["SentTimestamp", "AWSTraceHeader"] == client.asked["MessageSystemAttributeNames"]
    assert ["traceparent", "tracestate"] == client.asked["MessageAttributeNames"]
    assert 1 == client.asked["WaitTimeSeconds"]
    assert SENDERS == ids(first.carried)
    assert [SENDERS[0][1]] == [link.context.span_id for link in first.links]
    assert ("y", ()) == (second.message["Body"], second.links)


def test_who_asks_for_everything_is_asked_for_nothing_more() -> None:
    """`All` includes what messages carry; an empty queue has no messages."""
    client = Client()

    assert [] == sqs.receive(client, QueueUrl="q", MessageAttributeNames=["All"])
    assert ["All"] == client.asked["MessageAttributeNames"]
