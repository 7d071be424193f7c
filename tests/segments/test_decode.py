from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.errors import InvalidDocument
from otel_xray.model.span import Kind, LinkData, StatusCode
from otel_xray.segments import check, parse_document
from otel_xray.segments.decode import to_span_data
from otel_xray.segments.encode import to_documents
from otel_xray.segments.validation import refuse
from tests.segments.making import steady
from tests.segments.schema import documents

TRACE_ID = 0x5759E988BD862E3FE1BE46A994272793
SEGMENT: dict[str, Any] = {
    "name": "orders",
    "id": "53995c3f42cd8ad8",
    "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
    "start_time": 1_500_000_000.25,
    "end_time": 1_500_000_001.125,
}
SUBSEGMENT: dict[str, Any] = {**SEGMENT, "type": "subsegment", "parent_id": "0102030405060708"}
CALL: dict[str, Any] = {
    **SUBSEGMENT,
    "name": "DynamoDB",
    "namespace": "aws",
    "http": {"response": {"status": 200, "content_length": 713}},
    "aws": {
        "operation": "PutItem",
        "region": "eu-west-1",
        "request_id": "R",
        "table_name": "orders",
        "retries": 1,
    },
}
INNER: dict[str, Any] = {
    "name": "inner",
    "id": "0102030405060709",
    "start_time": 1_500_000_000.5,
    "in_progress": True,
}


def span_of(document: dict[str, Any], **members: Any) -> Any:
    """Return the only span of *document* with *members*."""
    (span,) = to_span_data({**document, **members})  # type: ignore[typeddict-item]
    return span


def test_a_segment_is_a_server_span() -> None:
    """Ids, times and name are the span's own; the service is named for other backends."""
    span = span_of(SEGMENT)

    assert (span.trace_id, span.span_id, span.parent_id) == (TRACE_ID, 0x53995C3F42CD8AD8, None)
    assert (span.start, span.end) == (1_500_000_000_250_000_000, 1_500_000_001_125_000_000)
    assert (span.name, span.kind) == ("orders", Kind.SERVER)
    assert span.attributes == {"aws.local.service": "orders"}
    assert span.resource == {"service.name": "orders"}
    assert (span.status, span.events, span.links, span.flags) == (StatusCode.UNSET, (), (), 1)


def test_an_aws_call_has_the_attributes_of_one() -> None:
    """Standard attributes where there are some, X-Ray's own elsewhere; JSON nowhere."""
    span = span_of(CALL)

    assert span.kind is Kind.CLIENT
    assert span.attributes == {
        "aws.xray.namespace": "aws",
        "aws.remote.service": "DynamoDB",
        "rpc.system": "aws-api",
        "http.response.status_code": 200,
        "http.response.body.size": 713,
        "aws.operation": "PutItem",
        "aws.region": "eu-west-1",
        "aws.request_id": "R",
        "aws.table_name": "orders",
        "aws.xray.retries": 1,
    }


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({}, Kind.INTERNAL),
        ({"namespace": "remote"}, Kind.CLIENT),
        ({"namespace": "local"}, Kind.INTERNAL),
        ({"namespace": ["aws"]}, Kind.INTERNAL),
        ({"type": "segment", "namespace": "remote"}, Kind.SERVER),
        ({"type": None}, Kind.SERVER),
    ],
)
def test_the_namespace_tells_calls_from_local_work(members: dict[str, Any], kind: Kind) -> None:
    """A segment answers, a subsegment with a namespace calls, any other works."""
    assert span_of(SUBSEGMENT, **members).kind is kind


def test_subsegments_are_spans_of_their_parents() -> None:
    """Parents come first; the trace and the resource are the document's."""
    nested = {**INNER, "id": "010203040506070a", "name": "deep"}
    document: Any = {**SEGMENT, "subsegments": [{**INNER, "subsegments": [nested]}, INNER]}
    spans = to_span_data(document)

    assert [span.name for span in spans] == ["orders", "inner", "deep", "inner"]
    assert [span.parent_id for span in spans] == [
        None,
        0x53995C3F42CD8AD8,
        0x0102030405060709,
        0x53995C3F42CD8AD8,
    ]
    assert {span.trace_id for span in spans} == {TRACE_ID}
    assert all(span.resource is spans[0].resource for span in spans)
    assert [span.flags for span in spans] == [1, 0x101, 0x101, 0x101]


def test_a_segment_with_a_parent_has_a_remote_one() -> None:
    """Another process asked for it."""
    assert span_of(SEGMENT, parent_id="0102030405060708").flags == 0x301


def test_what_is_in_progress_has_no_end() -> None:
    """Neither has a document that does not say when it ended."""
    open_ = {**SEGMENT, "in_progress": True}
    del open_["end_time"]

    assert span_of(open_).end is None
    assert span_of(open_).attributes["aws.xray.inprogress"] is True
    assert span_of(open_, in_progress=None).end is None
    assert span_of(SEGMENT, in_progress=True).end is None


@pytest.mark.parametrize(
    ("document", "members", "status"),
    [
        (SEGMENT, {"fault": True}, StatusCode.ERROR),
        (SEGMENT, {"fault": False}, StatusCode.UNSET),
        (SEGMENT, {"error": True}, StatusCode.UNSET),
        (CALL, {"error": True}, StatusCode.ERROR),
        (SUBSEGMENT, {"error": True}, StatusCode.UNSET),
        (SUBSEGMENT, {"cause": {"exceptions": []}}, StatusCode.ERROR),
        (SUBSEGMENT, {"cause": "0102030405060708"}, StatusCode.ERROR),
    ],
)
def test_what_failed_has_the_status_of_it(
    document: dict[str, Any], members: dict[str, Any], status: StatusCode
) -> None:
    """Faults and causes are errors of the span; so is a refused call, not a refused request."""
    assert span_of(document, **members).status is status


def test_exceptions_are_events() -> None:
    """Type, message and stack as OpenTelemetry has them, the rest as X-Ray's own attributes."""
    record = {
        "id": "0102030405060708",
        "type": "ValueError",
        "message": "boom",
        "remote": False,
        "truncated": 3,
        "skipped": 2,
        "cause": "0102030405060709",
        "stack": [{"path": "app.py", "line": 7, "label": "handler"}],
    }
    cause = {"working_directory": "/var/task", "paths": ["/opt"], "exceptions": [record]}
    span = span_of(SEGMENT, cause=cause, aws={"xray": {"sdk": "X-Ray for Python"}})
    (event,) = span.events
    stack = event.attributes.pop("aws.xray.member.stack")

    assert json.loads(stack) == record["stack"]
    assert (event.name, event.time) == ("exception", span.end)
    assert event.attributes == {
        "exception.type": "ValueError",
        "exception.message": "boom",
        "exception.stacktrace": "Traceback (most recent call last):\n"
        '  File "app.py", line 7, in handler\n'
        "ValueError: boom",
        "aws.xray.exception.id": "0102030405060708",
        "aws.xray.exception.remote": False,
        "aws.xray.exception.truncated": 3,
        "aws.xray.exception.skipped": 2,
        "aws.xray.exception.cause": "0102030405060709",
    }
    assert span.attributes["aws.xray.cause.working_directory"] == "/var/task"
    assert span.attributes["aws.xray.cause.paths"] == ["/opt"]
    assert "aws.xray.member.cause" not in span.attributes


@pytest.mark.parametrize(
    ("cause", "events", "kept"),
    [
        ("0102030405060708", 1, None),
        ("ABCDEFABCDEFABCD", 0, '"ABCDEFABCDEFABCD"'),
        ("junk", 0, '"junk"'),
        ({"exceptions": [{"id": "1"}]}, 1, '{"exceptions":[{"id":"1"}]}'),
        ({"exceptions": [{"id": "1"}, {"id": "2"}]}, 2, None),
        ({"exceptions": ["junk"]}, 0, '{"exceptions":["junk"]}'),
        ({"exceptions": [{}], "more": 1}, 1, '{"more":1}'),
        ({}, 0, "{}"),
    ],
)
def test_a_cause_without_its_place_is_kept(cause: object, events: int, kept: str | None) -> None:
    """What is no list of exceptions, and what would be taken for something else, stays JSON."""
    span = span_of(SEGMENT, cause=cause)

    assert len(span.events) == events
    assert span.attributes.get("aws.xray.member.cause") == kept


def test_annotations_are_attributes_and_listed() -> None:
    """Except where an attribute of that name says something else already."""
    annotations = {
        "orderId": "1",
        "paid": True,
        "user_agent.original": "x",
        "http.response.status_code": 200,
        "aws.xray.mine": 1,
        "list": [1],
        "big": 1 << 70,
    }
    attributes = span_of(CALL, annotations=annotations).attributes

    assert attributes["aws.xray.annotations"] == ("orderId", "paid", "http.response.status_code")
    assert (attributes["orderId"], attributes["paid"]) == ("1", True)
    assert json.loads(attributes["aws.xray.member.annotations"]) == {
        "user_agent.original": "x",
        "aws.xray.mine": 1,
        "list": [1],
        "big": 1 << 70,
    }


def test_metadata_is_json_by_namespace() -> None:
    """A namespace that is no object is kept apart."""
    metadata = {"default": {"a": ["\u00fc"]}, "app": {}, "odd": 7}
    attributes = span_of(SEGMENT, metadata=metadata).attributes

    assert attributes["aws.xray.metadata.default"] == '{"a":["\u00fc"]}'
    assert attributes["aws.xray.metadata.app"] == "{}"
    assert attributes["aws.xray.member.metadata"] == '{"odd":7}'


def test_links_are_links() -> None:
    """A link that leads nowhere stays, with the others, what it was."""
    good = {"trace_id": SEGMENT["trace_id"], "id": SEGMENT["id"], "attributes": {"a": ["b"]}}
    span = span_of(SEGMENT, links=[good])
    odd = span_of(SEGMENT, links=[good, {"trace_id": "x", "id": "y"}])

    assert span.links == (LinkData(TRACE_ID, 0x53995C3F42CD8AD8, {"a": ["b"]}),)
    assert "aws.xray.member.links" not in span.attributes
    assert odd.links == span.links
    assert len(json.loads(odd.attributes["aws.xray.member.links"])) == 2


def test_what_nobody_knows_is_kept() -> None:
    """Unknown members and values of a wrong type travel as JSON, by member."""
    attributes = span_of(
        CALL, Dummy=False, http={"response": {"status": "200"}}, aws={"xray": {"x": 1}}, user=None
    ).attributes

    assert attributes["aws.xray.member.Dummy"] == "false"
    assert attributes["aws.xray.member.http"] == '{"response":{"status":"200"}}'
    assert attributes["aws.xray.member.aws"] == '{"xray":{"x":1}}'
    assert attributes["aws.xray.member.user"] == "null"


@pytest.mark.parametrize(
    "seconds", [0, 1, 1.5, 0.000001, 1_596_566_305.5355225, 1_764_041_168.123457, 18_446_744_073]
)
def test_a_time_comes_back_as_it_was(seconds: float) -> None:
    """The nearest nanosecond gives the same number of seconds again."""
    span = span_of(SEGMENT, start_time=seconds, end_time=seconds)
    (document,) = to_documents(span)

    assert (document.get("start_time"), document.get("end_time")) == (seconds, seconds)


NOT_READ: list[tuple[dict[str, Any], str]] = [
    ({"name": None}, "name of the document named None is missing; it must be a text"),
    ({"name": ""}, "name of the document named '' is ''"),
    ({"name": 5}, "name of the document named 5 is 5"),
    ({"id": None}, "id .* is missing; it must be 16 hexadecimal digits"),
    ({"id": "xyz"}, "id .* is 'xyz'"),
    ({"id": "0" * 16}, "id .* not all zero"),
    ({"id": 5}, "id .* is 5"),
    ({"trace_id": None}, "trace_id .* is missing; it must be 1-<8 hex"),
    ({"trace_id": "1-2-3"}, "trace_id .* is '1-2-3'"),
    ({"trace_id": 1 << 70_000}, "trace_id .* is '<integer of 70001 bits>'"),
    ({"parent_id": "x"}, "parent_id .* is 'x'"),
    ({"parent_id": ["x"]}, r"parent_id .* is \['x'\]"),
    ({"type": "Segment"}, "type .* is 'Segment'; it must be subsegment"),
    ({"start_time": None}, "start_time .* is missing; it must be seconds since the epoch"),
    ({"start_time": True}, "start_time .* is True"),
    ({"start_time": "1"}, "start_time .* is '1'"),
    ({"start_time": -1}, "start_time .* is -1"),
    ({"start_time": 1e300}, "start_time .* is 1e"),
    ({"start_time": 10**5_000}, "start_time .* is '<integer of"),
    ({"start_time": float("nan")}, "start_time .* is 'NaN'"),
    ({"end_time": float("inf")}, "end_time .* is 'Infinity'"),
    ({"in_progress": "yes"}, "in_progress .* is 'yes'; it must be true or false"),
    ({"http": []}, "http .* is .*; it must be an object"),
    ({"aws": "x"}, "aws .* is 'x'; it must be an object"),
    ({"annotations": 5}, "annotations .* is 5; it must be an object"),
    ({"metadata": "m"}, "metadata .* it must be an object"),
    ({"service": True}, "service .* it must be an object"),
    ({"cause": 200}, "cause .* is 200; it must be an object, or the id of an exception"),
    ({"links": {}}, "links .* it must be a list"),
    ({"precursor_ids": "x"}, "precursor_ids .* it must be a list"),
    ({"subsegments": {}}, "subsegments is .*; it must be a list"),
    ({"subsegments": [5]}, r"subsegments\[0\] is 5"),
    ({"subsegments": [{"name": "in"}]}, "start_time of the document named 'in' is missing"),
    ({"x": float("nan")}, "x is 'NaN'; it must be JSON"),
    ({"x": b"\xff"}, "x is '/w=='; it must be JSON"),
    ({"user": 10**5_000}, "user is '<integer of .* it must be JSON"),
    ({"annotations": {"n": float("inf")}}, "annotations is .* it must be JSON"),
    ({"metadata": {"app": {"o": object()}}}, "metadata.app is .* it must be JSON"),
    ({"cause": {"exceptions": [{"a": {1, 2}}]}}, "cause.a is .* it must be JSON"),
]


@pytest.mark.parametrize(("members", "message"), NOT_READ, ids=range(len(NOT_READ)))
def test_what_cannot_be_read_is_named(members: dict[str, Any], message: str) -> None:
    """The text names the member, quotes its value, and says what it must be."""
    with pytest.raises(InvalidDocument, match=message):
        span_of(SEGMENT, **members)


@pytest.mark.parametrize("document", [None, b"{}", [], "text", 5])
def test_what_is_no_object_is_refused(document: Any) -> None:
    """Bytes have to be read first."""
    with pytest.raises(InvalidDocument, match="must be an object, as parse_document gives"):
        to_span_data(document)


def nested(depth: int, leaf: Any, key: str = "a") -> Any:
    """Return *leaf* inside that many objects."""
    for _ in range(depth):
        leaf = {key: leaf}
    return leaf


@pytest.mark.parametrize("member", ["x", "http", "metadata", "annotations", "service", "cause"])
def test_deep_objects_are_refused(member: str) -> None:
    """What no JSON writer can follow is refused, not stumbled over."""
    with pytest.raises(InvalidDocument):
        span_of(SEGMENT, **{member: {"a": nested(100_000, 1)}})


def deep_subsegments(depth: int) -> dict[str, Any]:
    """Return a segment with subsegments inside subsegments."""
    inner = INNER
    for _ in range(depth):
        inner = {**INNER, "subsegments": [inner]}
    return {**SEGMENT, "subsegments": [inner]}


def test_deep_subsegments_are_read_or_refused() -> None:
    """Ten thousand levels are refused; a hundred are read without recursion."""
    assert len(to_span_data(deep_subsegments(100))) == 102  # type: ignore[arg-type]
    with pytest.raises(InvalidDocument, match="nested more than 500 deep"):
        to_span_data(deep_subsegments(10_000))  # type: ignore[arg-type]


def test_a_document_that_contains_itself_is_refused() -> None:
    """Such an object is no JSON."""
    document: Any = dict(SEGMENT)
    document["subsegments"] = [document, document]
    with pytest.raises(InvalidDocument, match="nested more than"):
        to_span_data(document)
    document = dict(SEGMENT)
    document["metadata"] = {"default": document}
    with pytest.raises(InvalidDocument, match="Circular"):
        to_span_data(document)


def test_half_a_surrogate_pair_is_replaced() -> None:
    """No exporter can send one: name, annotations and metadata have another character there."""
    document = {
        **SEGMENT,
        "name": "a\ud800",
        "user": "\ud800",
        "annotations": {"\ud800": 1, "k": "\udfff"},
        "metadata": {"\ud800": {"\ud800": "\ud800"}},
        "\ud800": "\ud800",
        "precursor_ids": ["\ud800"],
        "cause": {"exceptions": [{"message": "\ud800", "stack": [{"label": "\ud800"}]}]},
        "links": [{"trace_id": SEGMENT["trace_id"], "id": "\ud800"}],
        "aws": {"xray": {"sdk": "\ud800 for \ud800"}},
    }
    (span,) = to_span_data(document)  # type: ignore[arg-type]

    assert "\ud800" not in f"{span}"
    assert f"{span}".encode()


foreign = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(1 << 5_000)
    | st.floats()
    | st.text(st.characters())
    | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = ["name", "id", "trace_id", "parent_id", "type", "start_time", "end_time", "in_progress"]
SECTIONS = ["http", "aws", "sql", "cause", "annotations", "metadata", "links", "subsegments"]
PARTS = ["request", "response", "xray", "exceptions", "stack", "ec2", "cloudwatch_logs", "default"]
parts = st.dictionaries(st.sampled_from(PARTS), foreign, max_size=3)
mutations = st.dictionaries(
    st.sampled_from([*MEMBERS, *SECTIONS, "service", "origin", "user", "namespace"]),
    foreign | parts | st.lists(parts, max_size=2),
    min_size=1,
    max_size=3,
)


def read(document: Any) -> None:
    """Read *document*, or have it refused; what is read can be written again."""
    check(document)
    try:
        spans = to_span_data(document)
    except InvalidDocument as error:
        assert len(f"{error}") < 1_000
        return
    for span in spans:
        for one in to_documents(span):
            assert refuse(one) is None
            assert parse_document(json.dumps(one, allow_nan=False)) == one


@steady
@given(foreign)
def test_any_value_is_read_or_refused(document: Any) -> None:
    """Nothing but InvalidDocument comes out of what is no document."""
    read(document)


@steady
@given(documents, mutations)
def test_any_damage_is_read_or_refused(document: Any, mutation: Any) -> None:
    """So it is with a document of which any member is something else."""
    read({**document, **mutation})


@steady
@given(documents, mutations)
def test_any_damage_inside_is_read_or_refused(document: Any, mutation: Any) -> None:
    """And with a subsegment inside."""
    read({**document, "subsegments": [{**INNER, **mutation}]})
