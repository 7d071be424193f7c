"""Carriers inside what the user sends: EventBridge, Step Functions, Kinesis, DynamoDB."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.carriers import dynamodb_streams, embedded, eventbridge, kinesis, step_functions
from tests.carriers.spans import FIELDS, HEADER, SENDER, SENDERS, ids, sending

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)

# --- the field _otel ----------------------------------------------------------------------------


@given(payload=st.dictionaries(st.text(), JSON), indent=st.none() | st.integers(0, 2))
def test_an_object_is_the_users_with_one_field_more(
    payload: dict[str, Any], indent: int | None
) -> None:
    """Whatever the object and its layout, the rest of its text stays, and the sender is found."""
    payload.pop(embedded.FIELD, None)
    text = json.dumps(payload, indent=indent)
    written = embedded.write(text, SENDER)

    assert {**payload, embedded.FIELD: FIELDS} == json.loads(written)
    assert written.startswith(embedded.BEGINNING)
    assert written.endswith(text.lstrip()[1:])
    assert SENDERS == ids(embedded.read(json.loads(written)))


@pytest.mark.parametrize("text", ["", "x", "[1]", "1", '"{}"', "{", "[" * 100_000])
def test_a_payload_that_is_no_object_stays_as_it_is(text: str) -> None:
    """There is no place for a field in it."""
    assert text == embedded.write(text, SENDER)


def test_numbers_of_the_payload_stay_as_they_are_written() -> None:
    """The text is not written anew, so 1.10 stays 1.10 and big numbers keep their digits."""
    assert embedded.write('{"price": 1.10}', SENDER).endswith(',"price": 1.10}')


def test_an_earlier_sender_is_replaced() -> None:
    """A payload that is passed on names who passes it on, once."""
    written = embedded.write('{"a": 1, "_otel": {"traceparent": "old"}}', SENDER)

    assert 1 == written.count("_otel")
    assert {"_otel": FIELDS, "a": 1} == json.loads(written)


# --- EventBridge --------------------------------------------------------------------------------

ENTRY = {"Source": "event.tracing", "DetailType": "ORDER_CREATED", "Detail": '{"orderId": "1"}'}


@pytest.mark.usefixtures("sender")
def test_an_event_has_a_tracing_header_and_its_detail_only_what_the_user_put_there() -> None:
    """The entry's TraceHeader names the sender; the detail does so where the user asks."""
    assert {**ENTRY, "TraceHeader": HEADER} == eventbridge.inject(ENTRY)
    detail = json.loads(eventbridge.inject(ENTRY, detail=True)["Detail"])
    assert {"orderId": "1", "_otel": FIELDS} == detail
    assert SENDERS == ids(eventbridge.read({"detail-type": "x", "detail": detail}))


def test_an_event_outside_of_any_trace_stays_as_it_is() -> None:
    """There is nobody to name."""
    assert ENTRY == eventbridge.inject(ENTRY, detail=True)


# --- Step Functions -----------------------------------------------------------------------------


@pytest.mark.usefixtures("sender")
def test_an_execution_has_a_tracing_header_and_its_input_only_what_the_user_put_there() -> None:
    """The argument traceHeader names the starter; the input does so where the user asks."""
    arguments = {"stateMachineArn": "arn", "input": '{"orderId": "1"}'}

    assert {**arguments, "traceHeader": HEADER} == step_functions.inject(arguments)
    started = step_functions.inject(arguments, payload=True)
    assert {"orderId": "1", "_otel": FIELDS} == json.loads(started["input"])
    assert {"_otel": FIELDS} == json.loads(step_functions.inject({}, payload=True)["input"])


def test_an_execution_started_outside_of_any_trace_names_nobody() -> None:
    """There is nobody to name."""
    assert {"input": "{}"} == step_functions.inject({"input": "{}"}, payload=True)


@pytest.mark.parametrize(
    "event",
    [
        {"_otel": FIELDS},
        {"Payload": {"_otel": FIELDS}},
        {"Execution": {"Input": {"_otel": FIELDS}}},
        {"Context": {"Execution": {"Input": {"_otel": FIELDS}}}, "Payload": {}},
    ],
)
def test_a_task_finds_the_starter_in_its_payload_or_in_the_context_object(
    event: dict[str, Any],
) -> None:
    """A state machine passes one or the other on."""
    assert SENDERS == ids(step_functions.read(event))


# --- Kinesis ------------------------------------------------------------------------------------


@given(data=st.binary())
def test_an_envelope_is_taken_off_as_it_was_put_on(data: bytes) -> None:
    """Any data comes out of its envelope byte for byte, with the sender."""
    with sending():
        record = kinesis.inject({"Data": data, "PartitionKey": "1"}, envelope=True)
    unwrapped, carried = kinesis.unwrap(record["Data"])

    assert data == unwrapped
    assert SENDERS == ids(carried) == ids(kinesis.read(record))
    lambdas = {"kinesis": {"data": b64encode(record["Data"]).decode()}}
    assert SENDERS == ids(kinesis.read(lambdas))


@given(data=st.binary() | st.binary().map(kinesis.MAGIC.__add__))
def test_data_that_is_no_envelope_is_left_untouched(data: bytes) -> None:
    """A reader may unwrap whatever comes, also what only begins like an envelope."""
    unwrapped, carried = kinesis.unwrap(data)

    assert (data, []) == (unwrapped, ids(carried))


@pytest.mark.usefixtures("sender")
@pytest.mark.parametrize("data", ['{"page":"/"}', b'{"page":"/"}'], ids=["text", "bytes"])
def test_a_json_object_in_a_record_gets_a_field(data: str | bytes) -> None:
    """Readers who do not know the field pass over it."""
    written = kinesis.inject({"Data": data})["Data"]

    assert {"page": "/", "_otel": FIELDS} == json.loads(written)
    assert SENDERS == ids(kinesis.read({"Data": written}))
    assert SENDERS == ids(kinesis.read({"kinesis": {"data": b64encode(written).decode()}}))


@pytest.mark.usefixtures("sender")
@pytest.mark.parametrize("data", [b"\xff\xfe", b"plain", b"[1]"])
def test_other_data_stays_as_it_is_without_an_envelope(data: bytes) -> None:
    """What is no JSON object has no place for a field."""
    assert data == kinesis.inject({"Data": data})["Data"]


def test_data_is_wrapped_only_inside_a_trace() -> None:
    """Outside of one there is no sender, and no envelope."""
    assert b"x" == kinesis.wrap(b"x")
    assert {"Data": "x"} == kinesis.inject({"Data": "x"}, envelope=True)
    with sending():
        assert kinesis.wrap(b"x").startswith(kinesis.MAGIC)
        assert {"Data": None} == kinesis.inject({"Data": None})


@pytest.mark.parametrize("data", [b64encode(kinesis.MAGIC).decode() + "A", None, 5])
def test_a_record_that_is_none_names_nobody(data: object) -> None:
    """Data of Lambda's that is no base64 is somebody else's trouble."""
    assert [] == ids(kinesis.read({"kinesis": {"data": data}}))


# --- DynamoDB streams ---------------------------------------------------------------------------


def images(new: object = None, old: object = None) -> dict[str, Any]:
    """Return a record with the typed attributes of the item before and after a write."""
    return {"dynamodb": {"NewImage": new, "OldImage": old}}


@pytest.mark.usefixtures("sender")
def test_an_item_names_its_writer() -> None:
    """As an attribute, in the spelling of boto3's Table or of its client."""
    assert {"id": "1", "_otel": FIELDS} == dynamodb_streams.inject({"id": "1"})
    typed = dynamodb_streams.inject({"id": {"S": "1"}}, typed=True)
    assert SENDERS == ids(dynamodb_streams.read(images(new=typed)))


@pytest.mark.usefixtures("sender")
def test_a_write_that_names_nobody_is_not_the_former_writers() -> None:
    """An update that leaves the attribute alone, and a removal, were somebody else's."""
    typed = dynamodb_streams.inject({"id": {"S": "1"}}, typed=True)

    assert [] == ids(dynamodb_streams.read(images(new={**typed, "a": {"S": "2"}}, old=typed)))
    assert [] == ids(dynamodb_streams.read(images(old=typed)))


def test_an_item_outside_of_any_trace_stays_as_it_is() -> None:
    """There is nobody to name."""
    assert {"id": "1"} == dynamodb_streams.inject({"id": "1"})
