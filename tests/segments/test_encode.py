from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.model import keys
from otel_xray.model.span import EventData, Kind, LinkData, SpanData, StatusCode
from otel_xray.segments.encode import EncodeOptions, random_id, to_documents
from otel_xray.segments.framing import datagrams, parse_datagram
from otel_xray.segments.validation import validate
from tests.segments.making import TRACE_ID, encode, ids_from, make_span, steady

PARENT = "0102030405060708"
XRAY = {"xray": {"auto_instrumentation": False}}


def test_a_local_subsegment_is_an_internal_span() -> None:
    """A span with a parent is an independent subsegment."""
    assert encode() == {
        "name": "work",
        "id": "53995c3f42cd8ad8",
        "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
        "parent_id": PARENT,
        "type": "subsegment",
        "start_time": 1_500_000_000.0,
        "end_time": 1_500_000_000.25,
        "aws": XRAY,
    }


@pytest.mark.parametrize(
    ("kind", "parent", "segment"),
    [
        (Kind.SERVER, None, True),
        (Kind.SERVER, 1, True),
        (Kind.CONSUMER, 1, True),
        (Kind.CLIENT, None, True),
        (Kind.INTERNAL, None, True),
        (Kind.INTERNAL, 1, False),
        (Kind.CLIENT, 1, False),
        (Kind.PRODUCER, 1, False),
        (Kind.UNSPECIFIED, 1, False),
    ],
)
def test_services_and_roots_are_segments(kind: Kind, parent: int | None, segment: bool) -> None:
    """Whoever answers a request, or has no parent, is a segment; it keeps its parent's id."""
    document = encode(kind=kind, parent_id=parent)

    assert segment == ("type" not in document)
    assert (parent is None) == ("parent_id" not in document)


@pytest.mark.parametrize(
    ("attributes", "end", "in_progress", "left"),
    [
        ({}, None, True, None),
        ({keys.IN_PROGRESS: True}, 5, True, None),
        ({keys.IN_PROGRESS: False}, 5, None, None),
        ({keys.IN_PROGRESS: "yes"}, 5, None, {"default": {keys.IN_PROGRESS: "yes"}}),
    ],
)
def test_what_has_not_ended_is_in_progress(
    attributes: dict[str, Any], end: int | None, in_progress: bool | None, left: object
) -> None:
    """An open span, or one that says so, has no end_time."""
    document = encode(attributes, end=end)

    assert in_progress == document.get("in_progress")
    assert (in_progress is None) == ("end_time" in document)
    assert left == document.get("metadata")


def test_links_are_kept() -> None:
    """A link names a trace and a segment in X-Ray's spelling."""
    links = (LinkData(TRACE_ID, 7), LinkData(TRACE_ID, 8, {"a": (1,)}))

    assert encode(links=links).get("links") == [
        {"trace_id": "1-5759e988-bd862e3fe1be46a994272793", "id": "0000000000000007"},
        {
            "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
            "id": "0000000000000008",
            "attributes": {"a": [1]},
        },
    ]


@pytest.mark.parametrize("kind", [Kind.SERVER, Kind.INTERNAL])
def test_a_local_root_is_a_segment(kind: Kind) -> None:
    """A service's own root is a segment named as the service, whoever its parent is."""
    document = encode({keys.SPAN_KIND: "LOCAL_ROOT"}, kind, resource={keys.SERVICE_NAME: "shop"})

    assert document.get("name") == "shop"
    assert "type" not in document
    assert document.get("metadata") == {"default": {"otel.resource.service.name": "shop"}}


LOCAL_ROOT = {
    keys.SPAN_KIND: "LOCAL_ROOT",
    keys.LOCAL_SERVICE: "shop",
    keys.REMOTE_SERVICE: "pay",
    "aws.remote.operation": "charge",
    "aws.operation": "Charge",
    "http.request.method": "GET",
    "http.response.status_code": 503,
    "note": "n",
    "orderId": "1",
    keys.ANNOTATIONS: ["orderId"],
    keys.USER: "u",
}


def pair(kind: Kind, **fields: Any) -> list[Any]:
    """Return the two documents of a call that nobody asked for; invented ids count from 1."""
    span = make_span(LOCAL_ROOT, kind, links=(LinkData(TRACE_ID, 7),), **fields)
    return list(to_documents(span, new_id=ids_from(1)))


def test_a_call_that_nobody_asked_for_is_two_documents() -> None:
    """The call is a subsegment; the segment around it is the service that made it."""
    call, around = pair(Kind.CLIENT, resource={"host": "h"})

    assert (call["id"], call["parent_id"]) == ("53995c3f42cd8ad8", around["id"])
    assert (around["id"], around["parent_id"]) == ("0000000000000001", PARENT)
    assert (call["name"], call["type"], call["namespace"]) == ("pay", "subsegment", "remote")
    assert around["name"] == "shop"
    assert not {"type", "namespace", "http", "links"} & around.keys()
    assert call["http"] == {"request": {"method": "GET"}, "response": {"status": 503}}
    assert call["aws"] == {**XRAY, "operation": "Charge"}
    assert around["aws"] == XRAY
    assert call["metadata"] == {"default": {"aws.remote.operation": "charge", "note": "n"}}
    assert around["metadata"] == {"default": {"otel.resource.host": "h"}}
    for document in (call, around):
        assert document["annotations"] == {"orderId": "1"}
        assert document["user"] == "u"
        assert document["fault"] is True
        assert document["start_time"] == 1_500_000_000.0
        validate(document)


def test_the_service_around_a_call_may_be_named_by_the_resource() -> None:
    """Without aws.local.service the segment has the resource's service.name."""
    span = make_span({keys.SPAN_KIND: "LOCAL_ROOT"}, Kind.CLIENT, resource={"service.name": "shop"})
    call, around = to_documents(span)

    assert (call.get("name"), around.get("name")) == ("work", "shop")


def test_the_link_of_a_consumer_belongs_to_the_service() -> None:
    """What a consumer was asked by leads to its segment, other links to the call."""
    call, around = pair(Kind.CONSUMER)

    assert "links" not in call
    assert around["links"]


def test_a_process_outside_aws_may_make_such_calls() -> None:
    """The two documents do not need anything that only AWS has."""
    call, around = pair(Kind.CLIENT, resource={"cloud.provider": "gcp"}, parent_id=None)

    assert call["aws"]["operation"] == "Charge"
    assert "parent_id" not in around


@pytest.mark.parametrize("value", ["SERVER", "local_root", 5])
def test_other_span_kinds_are_metadata(value: object) -> None:
    """Only LOCAL_ROOT, spelled so, has a meaning."""
    assert encode({keys.SPAN_KIND: value}).get("metadata") == {"default": {keys.SPAN_KIND: value}}


def test_a_user_is_text() -> None:
    """enduser.id is the user; what is no text or number stays metadata."""
    assert encode({keys.USER: "u"}).get("user") == "u"
    assert encode({keys.USER: ["u"]}).get("metadata") == {"default": {keys.USER: ["u"]}}


def test_attributes_of_the_span_are_left_alone() -> None:
    """Encoding takes from a copy."""
    span = make_span(dict(LOCAL_ROOT), Kind.CLIENT)
    to_documents(span)

    assert span.attributes == LOCAL_ROOT


def test_invented_ids_are_ids() -> None:
    """64 bits, not zero, not twice the same."""
    made = {random_id() for _ in range(100)}

    assert len(made) == 100
    assert all(0 < one < 1 << 64 for one in made)


RECIPES: dict[str, tuple[Kind, dict[str, Any], dict[str, Any]]] = {
    "begin_segment": (
        Kind.SERVER,
        {"aws.local.service": "orders"},
        {"name": "orders", "parent_id": PARENT},
    ),
    "begin_subsegment": (Kind.INTERNAL, {}, {"name": "work", "type": "subsegment"}),
    "remote": (
        Kind.CLIENT,
        {"aws.remote.service": "pay.example.com", "url.full": "https://pay.example.com/"},
        {
            "name": "pay.example.com",
            "namespace": "remote",
            "http": {"request": {"url": "https://pay.example.com/"}},
        },
    ),
    "aws": (
        Kind.CLIENT,
        {
            "aws.remote.service": "dynamodb",
            "rpc.system": "aws-api",
            "aws.operation": "PutItem",
            "aws.region": "eu-west-1",
            "aws.request_id": "R",
            "aws.table_name": "orders",
            "http.response.status_code": 200,
        },
        {
            "name": "dynamodb",
            "namespace": "aws",
            "aws": {
                **XRAY,
                "operation": "PutItem",
                "region": "eu-west-1",
                "request_id": "R",
                "table_name": "orders",
            },
            "http": {"response": {"status": 200}},
        },
    ),
    "sql": (
        Kind.CLIENT,
        {
            "db.system": "mysql",
            "db.name": "shop",
            "db.statement": "SELECT 1",
            "db.connection_string": "mysql://db",
        },
        {
            "name": "shop@db",
            "namespace": "remote",
            "sql": {
                "database_type": "mysql",
                "sanitized_query": "SELECT 1",
                "connection_string": "mysql://db/shop",
                "url": "mysql://db/shop",
            },
        },
    ),
    "put_annotation": (
        Kind.INTERNAL,
        {"orderId": "1", "aws.xray.annotations": ["orderId"]},
        {"annotations": {"orderId": "1"}},
    ),
    "put_metadata": (
        Kind.INTERNAL,
        {"aws.xray.metadata.app": '{"order":{"id":1}}'},
        {"metadata": {"app": {"order": {"id": 1}}}},
    ),
    "set_user": (Kind.SERVER, {"enduser.id": "u"}, {"user": "u"}),
    "add_error_flag": (Kind.INTERNAL, {"aws.xray.error": True}, {"error": True}),
    "add_throttle_flag": (
        Kind.INTERNAL,
        {"aws.xray.throttle": True, "aws.xray.error": True},
        {"error": True, "throttle": True},
    ),
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_x_ray_code_records_arrives_as_it_meant(recipe: str) -> None:
    """The span that a call of X-Ray's programming model makes gives the document it wants."""
    kind, attributes, expected = RECIPES[recipe]
    document = encode(attributes, kind)
    leftover = document.keys() - {*expected, "name", "id", "trace_id", "type", "parent_id", "aws"}

    assert expected.items() <= document.items()
    assert leftover <= {"start_time", "end_time", "namespace"}


KNOWN = [value for name, value in vars(keys).items() if name.isupper() and isinstance(value, str)]
OLD = ["http.url", "http.status_code", "http.client_ip", "db.system", "db.name", "net.peer.name"]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.sampled_from(["LOCAL_ROOT", "aws-api", "mysql", "aws", '{"a":NaN}', 1 << 70, "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
attributes = st.dictionaries(
    st.sampled_from([*KNOWN, *OLD, "aws.xray.metadata.ns", "key"]) | st.text(), values, max_size=12
)


spans = st.builds(
    make_span,
    attributes,
    st.sampled_from(Kind),
    name=st.text(st.characters()),
    resource=attributes,
    status=st.sampled_from(StatusCode),
    parent_id=st.none() | st.just(1),
    events=st.lists(st.builds(EventData, st.just("exception"), st.just(5), attributes), max_size=2),
    links=st.lists(st.builds(LinkData, st.just(1), st.just(2), attributes), max_size=1),
)


@steady
@given(spans, st.booleans())
def test_no_attributes_are_too_strange(span: SpanData, index_all: bool) -> None:
    """Any values give documents that X-Ray takes and that are strict JSON."""
    for document in to_documents(span, EncodeOptions(index_all_attributes=index_all)):
        validate(document)
        text = json.dumps(document, allow_nan=False)
        assert [json.loads(text)] == [parse_datagram(one) for one in datagrams(document)]


def test_members_without_a_counterpart_are_stated() -> None:
    """What OpenTelemetry has no word for has an attribute of X-Ray's."""
    document = encode(
        {
            "aws.xray.resource_arn": "arn:aws:lambda:1",
            "aws.xray.inferred": True,
            "aws.xray.traced": True,
            "aws.xray.precursor_ids": (PARENT,),
            "aws.xray.http.traced": True,
        }
    )

    assert document.get("resource_arn") == "arn:aws:lambda:1"
    assert document.get("inferred") is True
    assert document.get("traced") is True
    assert document.get("precursor_ids") == [PARENT]
    assert document.get("http") == {"request": {"traced": True}}
    assert "metadata" not in document
