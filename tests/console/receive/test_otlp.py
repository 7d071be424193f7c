from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    KeyValue,
    KeyValueList,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from otel_xray.console.entity import Form, Original
from otel_xray.console.receive import otlp, otlp_json
from otel_xray.console.receive.originals import to_json
from otel_xray.console.receive.spans import ReceivedSpan, RefusedSpan, deliver
from otel_xray.errors import InvalidDocument
from otel_xray.model.span import Kind, SpanData, StatusCode
from tests.console.documents import (
    CHILD,
    ROOT,
    START,
    TRACE,
    W3C,
    entity,
    json_request,
    json_span,
    request,
    span,
)

IDS: dict[str, Any] = {"trace_id": bytes.fromhex(W3C), "span_id": bytes.fromhex(CHILD)}
JSON_IDS = {"traceId": W3C.upper(), "spanId": CHILD}


def attribute(**value: Any) -> KeyValue:
    """Return an attribute named ``a``."""
    return KeyValue(key="a", value=AnyValue(**value))


FULL = span(
    parent_span_id=bytes.fromhex(CHILD),
    trace_state="k=v",
    flags=257,
    status=Status(code=Status.STATUS_CODE_ERROR, message="no"),
    attributes=[attribute(string_value="x")],
    events=[Span.Event(name="exception", time_unix_nano=5, attributes=[attribute(int_value=1)])],
    links=[Span.Link(**IDS, attributes=[attribute(bool_value=True)])],
)
FULL_JSON = json_span(
    parentSpanId=CHILD,
    traceState="k=v",
    flags=257,
    status={"code": "STATUS_CODE_ERROR", "message": "no"},
    kind="SPAN_KIND_SERVER",
    attributes=[{"key": "a", "value": {"stringValue": "x"}}],
    events=[
        {
            "name": "exception",
            "timeUnixNano": 5,
            "attributes": [{"key": "a", "value": {"intValue": "1"}}],
        }
    ],
    links=[{**JSON_IDS, "attributes": [{"key": "a", "value": {"boolValue": True}}]}],
    unknown={"is": "ignored"},
    droppedEventsCount=None,
)


def only(found: list[ReceivedSpan | RefusedSpan]) -> SpanData:
    """Return the one span that was accepted."""
    (received,) = found
    assert isinstance(received, ReceivedSpan)
    return received.span


def from_protobuf(sent: Span) -> SpanData:
    """Return *sent* after the wire."""
    return only(list(otlp.decode(request(sent))))


def from_json(sent: dict[str, Any]) -> SpanData:
    """Return *sent* after the wire."""
    return only(list(otlp_json.decode(json_request(sent))))


def test_both_encodings_give_the_same_span() -> None:
    """Every field arrives, whether it came as protobuf or as JSON."""
    received = from_protobuf(FULL)
    assert received == from_json(FULL_JSON)
    assert (TRACE, int(ROOT, 16), int(CHILD, 16)) == (
        received.trace_id,
        received.span_id,
        received.parent_id,
    )
    assert (Kind.SERVER, StatusCode.ERROR, "no") == (
        received.kind,
        received.status,
        received.status_message,
    )
    assert received.start == int(START) * 10**9
    assert {"service.name": "orders"} == received.resource
    assert ("tests", "k=v", 257) == (received.scope.name, received.trace_state, received.flags)


VALUES: list[tuple[dict[str, Any], dict[str, Any], Any]] = [
    ({"string_value": "x"}, {"stringValue": "x"}, "x"),
    ({"bool_value": False}, {"boolValue": False}, False),
    ({"int_value": -(1 << 63)}, {"intValue": str(-(1 << 63))}, -(1 << 63)),
    ({"int_value": 3}, {"intValue": 3}, 3),
    ({"double_value": 0.5}, {"doubleValue": 0.5}, 0.5),
    ({"double_value": float("inf")}, {"doubleValue": "Infinity"}, float("inf")),
    ({"bytes_value": b"\0\1"}, {"bytesValue": "AAE="}, b"\0\1"),
    (
        {"array_value": ArrayValue(values=[AnyValue(int_value=1), AnyValue()])},
        {"arrayValue": {"values": [{"intValue": 1}, {}]}},
        [1, None],
    ),
    (
        {"kvlist_value": KeyValueList(values=[attribute(int_value=1)])},
        {"kvlistValue": {"values": [{"key": "a", "value": {"intValue": 1}}]}},
        {"a": 1},
    ),
    ({}, {}, None),
]


@pytest.mark.parametrize(("protobuf", "text", "value"), VALUES)
def test_every_type_of_attribute_arrives(
    protobuf: dict[str, Any], text: dict[str, Any], value: Any
) -> None:
    """A value has the same type in Python in both encodings."""
    pair = {"key": "a", "value": text}
    for received in (
        from_protobuf(span(attributes=[attribute(**protobuf)])),
        from_json(json_span(attributes=[pair])),
    ):
        assert {"a": value} == received.attributes
        assert type(value) is type(received.attributes["a"])


def test_a_span_without_end_is_in_progress() -> None:
    """An end of zero or none at all means that the span goes on."""
    assert from_protobuf(span(end_time_unix_nano=0)).end is None
    assert from_json(json_span(endTimeUnixNano=None)).end is None


def test_unknown_enums_count_as_unspecified() -> None:
    """A kind or status of the future does not refuse a span."""
    received = from_json(json_span(kind="SPAN_KIND_NEW", status={"code": 77}))
    assert (Kind.UNSPECIFIED, StatusCode.UNSET) == (received.kind, received.status)
    assert from_protobuf(span(kind=77)).kind is Kind.UNSPECIFIED


@pytest.mark.parametrize(
    ("fields", "members", "reason"),
    [
        ({"trace_id": b""}, {"traceId": ""}, "it must be 16 bytes, not all zero"),
        ({"span_id": bytes(8)}, {"spanId": "0" * 16}, "it must be 8 bytes, not all zero"),
        ({"parent_span_id": b"\1"}, {"parentSpanId": "01"}, "parent_span_id is '01'"),
        ({"start_time_unix_nano": 0}, {"startTimeUnixNano": 0}, "must say when it started"),
        ({"links": [Span.Link()]}, {"links": [{}]}, "of a link is ''"),
    ],
)
def test_one_bad_span_does_not_take_its_neighbours_with_it(
    fields: dict[str, Any], members: dict[str, Any], reason: str
) -> None:
    """A span that OTLP forbids is counted with its reason, and the others are kept."""
    good, json_good = span(), json_span()
    for spans in (
        otlp.decode(request(span(**fields), good)),
        otlp_json.decode(json_request(json_span(**members), json_good)),
    ):
        delivery = deliver(spans)
        assert (1, 1) == (len(delivery.entities), delivery.refused)
        assert reason in delivery.reason


def test_a_span_that_becomes_no_document_is_counted_too() -> None:
    """What no segment document can say is refused, not raised."""
    sent = SpanData(trace_id=1, span_id=0, name="x", start=1)
    delivery = deliver([ReceivedSpan(sent, Original)])
    assert (0, 1) == (len(delivery.entities), delivery.refused)
    assert "id is '0000000000000000'" in delivery.reason


def test_the_answer_tells_how_many_were_refused() -> None:
    """Partial success is in the response, in both encodings; nothing is said when all went well."""
    response = ExportTraceServiceResponse.FromString(otlp.answer(2, "why"))
    assert (2, "why") == (
        response.partial_success.rejected_spans,
        response.partial_success.error_message,
    )
    assert {"partialSuccess": {"rejectedSpans": "2", "errorMessage": "why"}} == json.loads(
        otlp_json.answer(2, "why")
    )
    assert (b"", b"{}") == (otlp.answer(0, ""), otlp_json.answer(0, ""))


def test_the_original_is_kept_with_resource_and_scope() -> None:
    """What arrived can be shown as OTLP/JSON with hexadecimal ids, in either encoding."""
    for decoded, form in (
        (otlp.decode(request(FULL)), Form.OTLP_PROTOBUF),
        (otlp_json.decode(json_request(FULL_JSON)), Form.OTLP_JSON),
    ):
        (made,) = deliver(decoded).entities
        assert form is made.original.form
        shown = json.loads(to_json(made.original, made.body))
        (sent,) = shown["scopeSpans"][0]["spans"]
        assert (W3C, ROOT, CHILD) == (sent["traceId"], sent["spanId"], sent["parentSpanId"])
        assert sent["links"][0]["traceId"].lower() == W3C
        assert shown["resource"]["attributes"][0]["key"] == "service.name"
        assert shown["scopeSpans"][0]["scope"]["name"] == "tests"


def test_an_original_that_says_the_same_is_the_body() -> None:
    """Without bytes of its own the document as processed is what arrived."""
    made = entity()
    assert made.body == to_json(made.original, made.body)


def test_a_span_that_makes_two_documents_makes_the_same_two_again() -> None:
    """Ids that have to be invented depend on the span alone, so a repeated delivery folds."""
    pairs = [
        attribute(string_value="x"),
        KeyValue(key="aws.span.kind", value=AnyValue(string_value="LOCAL_ROOT")),
        KeyValue(key="aws.local.service", value=AnyValue(string_value="svc")),
    ]
    sent = request(span(kind=Span.SPAN_KIND_CLIENT, attributes=pairs))
    first = [made.id for made in deliver(otlp.decode(sent)).entities]
    second = [made.id for made in deliver(otlp.decode(sent)).entities]
    assert first == second
    assert len(set(first)) == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is no JSON"),
        (b"[1]", r"The body is \[1\]"),
        (b'{"resourceSpans": {}}', "resourceSpans is {}; write an array"),
        (b'{"resourceSpans": [3]}', "resourceSpans is 3; write an object"),
        (b'{"resourceSpans": [{"resource": 3}]}', "resource is 3; write an object"),
        (b'{"x": NaN}', "NaN is not JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
    ],
)
def test_what_is_no_json_request_is_refused(body: bytes, reason: str) -> None:
    """The text quotes what is wrong."""
    with pytest.raises(InvalidDocument, match=reason):
        list(otlp_json.decode(body))


def test_what_is_no_protobuf_request_is_refused() -> None:
    """Bytes that are no message say so."""
    with pytest.raises(InvalidDocument, match="The body of 3 bytes is no OTLP trace request"):
        otlp.decode(b"\xff\xff\xff")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"name": 3}, "name is 3; write a text"),
        ({"traceId": "xyz"}, "traceId is 'xyz'; write hexadecimal digits"),
        ({"startTimeUnixNano": "soon"}, "startTimeUnixNano is 'soon'; write a whole number"),
        ({"startTimeUnixNano": "9" * 400}, "write a whole number of 64 bits"),
        ({"attributes": [{"value": {"doubleValue": "x"}}]}, "doubleValue is 'x'; write a number"),
        ({"attributes": [{"value": {"bytesValue": "x"}}]}, "bytesValue is 'x'; write base64"),
        ({"attributes": [{"value": {"boolValue": 1}}]}, "boolValue is 1"),
    ],
)
def test_a_json_span_with_a_wrong_member_is_refused_alone(
    members: dict[str, Any], reason: str
) -> None:
    """The reason names the member, its value and what to write."""
    (refused,) = otlp_json.decode(json_request(json_span(**members)))
    assert isinstance(refused, RefusedSpan)
    assert reason in refused.reason


def test_attributes_nested_too_deep_are_refused() -> None:
    """A hundred levels are enough for protobuf, so they are for JSON."""
    value: dict[str, Any] = {"intValue": 1}
    for _ in range(150):
        value = {"arrayValue": {"values": [value]}}
    (refused,) = otlp_json.decode(
        json_request(json_span(attributes=[{"key": "a", "value": value}]))
    )
    assert isinstance(refused, RefusedSpan)
    assert "nested more than 100 deep" in refused.reason


MEMBER = st.sampled_from(sorted(FULL_JSON))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(MEMBER, JSON))
def test_no_json_breaks_it(members: dict[str, Any]) -> None:
    """Any members give spans or refusals."""
    try:
        deliver(otlp_json.decode(json_request({**FULL_JSON, **members})))
    except InvalidDocument:
        return


@settings(deadline=None)
@given(st.binary(max_size=100), st.integers(0, 300))
def test_no_protobuf_breaks_it(noise: bytes, at: int) -> None:
    """Any bytes, and any damage to a good request, give spans or a refusal."""
    whole = request(FULL)
    for body in (noise, whole[:at] + noise + whole[at + len(noise) :]):
        try:
            deliver(otlp.decode(body))
        except InvalidDocument:
            continue
