from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_xray.console.entity import ERROR, FAULT, THROTTLE, Kind, from_document
from otel_xray.errors import InvalidDocument
from otel_xray.model.document import Document
from tests.console.documents import CHILD, ROOT, START, TRACE, document, entity, subsegment

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
MEMBERS = ("id", "parent_id", "trace_id", "name", "start_time", "end_time", "in_progress", "http")
MORE = ("annotations", "metadata", "cause", "sql", "user", "origin", "fault", "error", "throttle")


def test_a_segment_becomes_one_entity_with_its_body_as_json() -> None:
    """The members that lists and timelines need stand apart, the document stays whole."""
    sent = document(
        origin="AWS::Lambda",
        user="ann",
        http={"request": {"method": "GET", "url": "http://x/"}, "response": {"status": 200}},
        annotations={"orderId": "7", "paid": True, "count": 2, "list": [1]},
        metadata={"default": {"a": 1}, "debug": {}},
        sql={"url": "db"},
    )
    made = from_document(sent)
    assert (TRACE, int(ROOT, 16), None) == (made.trace_id, made.id, made.parent_id)
    assert (Kind.SEGMENT, "orders", "AWS::Lambda") == (made.kind, made.name, made.origin)
    assert (START, START + 1, False) == (made.start, made.end, made.in_progress)
    assert ("GET", "http://x/", 200, "ann") == (made.method, made.url, made.code, made.user)
    assert {"orderId": "7", "paid": True, "count": 2} == made.annotations
    assert (2, 0, True) == (made.metadata, made.exceptions, made.sql)
    assert sent == json.loads(made.body)


def test_a_subsegment_knows_its_parent() -> None:
    """Type and parent_id make a subsegment."""
    made = from_document(subsegment(namespace="aws"))
    assert (Kind.SUBSEGMENT, int(CHILD, 16), int(ROOT, 16)) == (made.kind, made.id, made.parent_id)
    assert made.namespace == "aws"


@pytest.mark.parametrize(
    ("members", "flags"),
    [
        ({}, 0),
        ({"fault": True}, FAULT),
        ({"error": True}, ERROR),
        ({"error": True, "throttle": True}, THROTTLE),
        ({"http": {"response": {"status": 404}}}, ERROR),
        ({"http": {"response": {"status": 429}}, "error": True}, THROTTLE),
        ({"http": {"response": {"status": 503}}}, FAULT),
        ({"http": {"response": {"status": "503"}}}, 0),
        ({"http": {"response": {"status": 10**30}}}, 0),
        ({"http": "nonsense", "fault": 1}, 0),
    ],
)
def test_flags_come_from_members_and_from_the_http_status(
    members: dict[str, Any], flags: int
) -> None:
    """A 429 is a throttle and no error, a 4xx an error, a 5xx a fault."""
    assert flags == entity(**members).flags


@pytest.mark.parametrize(
    ("cause", "count"),
    [
        ({"exceptions": [{"id": "a"}, {"id": "b"}]}, 2),
        ("70de5b6f19ff9a0c", 1),
        ({"exceptions": "x"}, 0),
        (3, 0),
    ],
)
def test_exceptions_are_counted_whatever_form_the_cause_has(cause: object, count: int) -> None:
    """A cause is a list of exceptions or the id of one that lies elsewhere."""
    assert count == entity(cause=cause).exceptions


def test_without_end_an_entity_is_in_progress() -> None:
    """Neither the flag nor the missing end alone decides: each of them does."""
    assert entity(end_time=None).in_progress
    assert entity(in_progress=True).in_progress


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"trace_id": "1-2"}, "InvalidTraceId: '1-2' is not a trace id"),
        ({"trace_id": 7}, "InvalidTraceId: '7'"),
        ({"id": "zz"}, "id is 'zz'; write 16 hex digits"),
        ({"id": "0" * 16}, "id is '0000000000000000'"),
        ({"parent_id": 5}, "parent_id is 5"),
        ({"start_time": "now"}, "start_time is 'now'; write seconds since the epoch"),
        ({"start_time": float("nan")}, "start_time is nan"),
        ({"end_time": float("inf")}, "end_time is inf"),
        ({"end_time": 10**400}, "end_time is 1"),
        ({"metadata": {"default": {"x": float("nan")}}}, "cannot be written as JSON"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(
    members: dict[str, Any], reason: str
) -> None:
    """The text quotes the member and its value."""
    with pytest.raises(InvalidDocument) as refused:
        entity(**members)
    assert reason in str(refused.value)


def test_values_that_no_database_holds_are_turned_into_text() -> None:
    """A lone surrogate becomes a question mark, an integer of 65 bits a text."""
    made = entity(name="a\ud800b", annotations={"big": 1 << 64, "small": 1, "\udc00": "\udc00"})
    assert made.name == "a?b"
    assert {"big": str(1 << 64), "small": 1, "?": "?"} == made.annotations


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(MEMBERS + MORE), JSON))
def test_no_document_breaks_it(members: dict[str, Any]) -> None:
    """Any JSON gives an entity or InvalidDocument."""
    try:
        made = from_document(cast("Document", {**document(), **members}))
    except InvalidDocument:
        return
    json.loads(made.body)
    made.name.encode()
