from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from hypothesis import given

from otel_xray.segments import Finding, check
from otel_xray.segments.finding import Severity
from otel_xray.segments.nesting import flatten
from otel_xray.segments.validation import refuse
from tests.segments.making import steady
from tests.segments.schema import documents

SEGMENT: dict[str, Any] = {
    "name": "orders",
    "id": "53995c3f42cd8ad8",
    "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
    "start_time": 1_500_000_000.25,
    "end_time": 1_500_000_001.125,
}
SUBSEGMENT: dict[str, Any] = {**SEGMENT, "type": "subsegment", "parent_id": "0102030405060708"}
INNER: dict[str, Any] = {
    "name": "inner",
    "id": "0102030405060709",
    "start_time": 1_500_000_000.5,
    "end_time": 1_500_000_000.75,
}


def found(document: Any) -> list[Finding]:
    """Return the findings of *document*, all of which say something."""
    findings: list[Finding] = check(document)
    for finding in findings:
        assert finding.severity in get_args(Severity)
        assert finding.code
        assert ":" in finding.message
        assert "X-Ray" in finding.message
    return findings


GOOD: list[dict[str, Any]] = [
    SEGMENT,
    SUBSEGMENT,
    {**SEGMENT, "subsegments": [INNER, {**INNER, "id": "0102030405060710"}]},
    {
        **SUBSEGMENT,
        "namespace": "remote",
        "http": {
            "request": {"method": "GET", "url": "u", "x_forwarded_for": True},
            "response": {"status": 429, "content_length": -1},
        },
        "error": True,
        "throttle": True,
        "cause": {"exceptions": [{"id": "0102030405060708"}]},
        "annotations": {"order.id_1": "x", "n": 1, "b": True},
        "metadata": {"default": {"a": 1}},
        "links": [{"trace_id": SEGMENT["trace_id"], "id": SEGMENT["id"]}],
        "precursor_ids": ["0102030405060708"],
        "traced": True,
        "user": "u",
        "sql": {},
        "aws": {},
    },
    {**SEGMENT, "service": {}, "origin": "o", "resource_arn": "a", "cause": "0102030405060708"},
]


@pytest.mark.parametrize("document", GOOD)
def test_what_x_ray_shows_as_it_is_has_no_findings(document: dict[str, Any]) -> None:
    """A document within the schema and the limits is left in peace."""
    assert found(document) == []


REFUSED: list[tuple[Any, str, str]] = [
    ([], "ParseError", ""),
    ({**SEGMENT, "type": "span"}, "UnknownType", "type"),
    ({**SEGMENT, "id": "x"}, "InvalidId", "id"),
    ({**SEGMENT, "name": "a?"}, "InvalidName", "name"),
    ({**SEGMENT, "trace_id": "x"}, "InvalidTraceId", "trace_id"),
    ({**SUBSEGMENT, "parent_id": None}, "MissingParentId", "parent_id"),
    ({**SEGMENT, "start_time": None}, "MissingStartTime", "start_time"),
    ({**SEGMENT, "end_time": None}, "MissingEndTime", "end_time"),
    ({**SEGMENT, "in_progress": True}, "InProgressSegmentHasEndTime", "end_time"),
    ({**SEGMENT, "subsegments": 5}, "ParseError", "subsegments"),
    (
        {**SEGMENT, "subsegments": [INNER, {**INNER, "id": "x", "subsegments": [7]}]},
        "InvalidId",
        "subsegments[1].id",
    ),
    (
        {**SEGMENT, "subsegments": [{**INNER, "subsegments": [7]}]},
        "ParseError",
        "subsegments[0].subsegments[0]",
    ),
]


@pytest.mark.parametrize(("document", "code", "path"), REFUSED)
def test_a_refused_document_is_dropped_whole(document: Any, code: str, path: str) -> None:
    """The code is X-Ray's own; the path leads to the member, also inside subsegments."""
    first = found(document)[0]

    assert (first.code, first.severity, first.path) == (code, "dropped", path)
    assert first.message.startswith("X-Ray refuses the whole document (Invalid ")


def test_all_refusals_are_found() -> None:
    """Not only the first, so that one round of corrections is enough."""
    codes = [one.code for one in found({"subsegments": [{}]})]

    assert codes.count("MissingId") == 2
    assert {"MissingName", "MissingTraceId", "MissingStartTime", "MissingEndTime"} <= {*codes}


def http(**response: Any) -> dict[str, Any]:
    """Return a segment with an HTTP response."""
    return {**SEGMENT, "http": {"response": response}}


ODD: list[tuple[dict[str, Any], str, str, str, str]] = [
    ({"error": "yes"}, "NotABoolean", "dropped", "error", "'yes'; X-Ray counts only true"),
    ({"throttle": 1}, "NotABoolean", "dropped", "throttle", "1; X-Ray counts only true"),
    ({"fault": []}, "NotABoolean", "dropped", "fault", "counts only true"),
    ({"in_progress": "no"}, "NotABoolean", "dropped", "in_progress", "counts only true"),
    ({"http": 5}, "NotAnObject", "dropped", "http", "write an object"),
    ({"aws": 5}, "NotAnObject", "dropped", "aws", "write an object"),
    ({"sql": 5}, "NotAnObject", "dropped", "sql", "write an object"),
    ({"service": 5}, "NotAnObject", "dropped", "service", "write an object"),
    ({"annotations": 5}, "NotAnObject", "dropped", "annotations", "write an object"),
    ({"metadata": 5}, "NotAnObject", "dropped", "metadata", "write an object"),
    (
        {"http": {"request": {"url": 5}}},
        "NotAText",
        "dropped",
        "http.request.url",
        "5; X-Ray shows texts only",
    ),
    (
        {"http": {"request": {"x_forwarded_for": 1}}},
        "NotABoolean",
        "dropped",
        "http.request.x_forwarded_for",
        "counts only true",
    ),
    (
        {"http": {"response": {"status": "200"}}},
        "StatusNotAnInteger",
        "dropped",
        "http.response.status",
        "'200'; X-Ray reads integers only",
    ),
    (
        {"http": {"response": {"status": 99}}},
        "StatusOutOfRange",
        "note",
        "http.response.status",
        "100 to 599",
    ),
    (
        {"http": {"response": {"content_length": "861"}}},
        "SizeNotAnInteger",
        "dropped",
        "http.response.content_length",
        "write the number of bytes",
    ),
    ({"namespace": "local"}, "UnknownNamespace", "note", "namespace", "aws and remote only"),
    ({"namespace": ["aws"]}, "UnknownNamespace", "note", "namespace", "aws and remote only"),
    ({"user": 5}, "NotAText", "dropped", "user", "write a text"),
    ({"user": "u" * 251}, "UserTooLong", "changed", "user", "250 characters: shorten it"),
    ({"cause": "junk"}, "InvalidCause", "dropped", "cause", "16 hexadecimal digits"),
    (
        {"cause": 200},
        "InvalidCause",
        "dropped",
        "cause",
        "200; X-Ray reads nothing else: write an object",
    ),
    ({"precursor_ids": ["x"]}, "InvalidPrecursor", "dropped", "precursor_ids", "a list of ids"),
    (
        {"start_time": 1_500_000_000_250, "end_time": 1_500_000_000_260},
        "TimeInMilliseconds",
        "note",
        "start_time",
        "write seconds",
    ),
    ({"Dummy": False}, "UnknownMember", "dropped", "Dummy", "'Dummy' is no member"),
    ({"end_time": 1}, "EndBeforeStart", "note", "end_time", "1 is before start_time"),
    (
        {"annotations": {"order-id": 1}},
        "AnnotationKey",
        "dropped",
        "annotations.order-id",
        "'order-id'; .* drops others: write 'order_id'",
    ),
    (
        {"annotations": {"k" * 501: 1}},
        "AnnotationKey",
        "dropped",
        f"annotations.{'k' * 501}",
        "at most 500",
    ),
    (
        {"annotations": {"list": [1]}},
        "AnnotationType",
        "dropped",
        "annotations.list",
        r"\[1\]; X-Ray indexes texts, numbers and booleans: put it into metadata",
    ),
    (
        {"annotations": {"none": None}},
        "AnnotationType",
        "dropped",
        "annotations.none",
        "None; X-Ray indexes",
    ),
    (
        {"annotations": {"long": "x" * 1_001}},
        "AnnotationTooLong",
        "changed",
        "annotations.long",
        "1001 characters; X-Ray indexes 1000",
    ),
    (
        {"metadata": {"AWS.mine": {}}},
        "ReservedNamespace",
        "dropped",
        "metadata.AWS.mine",
        "begin with 'AWS.': choose another",
    ),
    (
        {"metadata": {"app": 5}},
        "NamespaceNotAnObject",
        "dropped",
        "metadata.app",
        "write a key before the value",
    ),
    (
        {"cause": {"exceptions": [{"id": "0102030405060708"}, {}]}},
        "InvalidExceptionId",
        "dropped",
        "cause.exceptions[1].id",
        "id is missing",
    ),
    (
        {"cause": {"exceptions": [{"id": "x"}]}},
        "InvalidExceptionId",
        "dropped",
        "cause.exceptions[0].id",
        "id is 'x'",
    ),
    ({"links": [{"id": "x"}]}, "InvalidLink", "dropped", "links[0]", "cannot follow it"),
    (
        {"links": [{"trace_id": SEGMENT["trace_id"], "id": SEGMENT["id"]}] * 21},
        "TooManyLinks",
        "dropped",
        "links",
        "21 links; X-Ray shows 20",
    ),
    (
        {"subsegments": [INNER, {**INNER, "name": "other"}]},
        "DuplicateId",
        "dropped",
        "subsegments[1].id",
        r"'0102030405060709' here and in subsegments\[0\]; X-Ray keeps the first",
    ),
    (
        {"metadata": {"default": {"text": "x" * 65_000}}},
        "DocumentTooLarge",
        "dropped",
        "",
        "65... bytes; X-Ray refuses one of more than 64000",
    ),
    (
        {"annotations": {f"k{n}": n for n in range(51)}},
        "TooManyAnnotations",
        "dropped",
        "annotations",
        "51 annotations; X-Ray indexes 50",
    ),
    (
        {"metadata": {"default": {"n": float("nan")}}},
        "ParseError",
        "dropped",
        "",
        "is no JSON",
    ),
]


@pytest.mark.parametrize(
    ("members", "code", "severity", "path", "message"), ODD, ids=range(len(ODD))
)
def test_each_oddity_is_found(
    members: dict[str, Any], code: str, severity: str, path: str, message: str
) -> None:
    """One finding, with its place, its value and a remedy."""
    (finding,) = found({**SEGMENT, **members})

    assert (finding.code, finding.severity, finding.path) == (code, severity, path)
    assert re.search(message, finding.message), finding.message


@pytest.mark.parametrize(
    ("status", "flags"),
    [(404, ["error"]), (429, ["error", "throttle"]), (500, ["fault"]), (200, []), (399, [])],
)
def test_an_answer_that_failed_is_counted_by_its_flag(status: int, flags: list[str]) -> None:
    """X-Ray looks at flags, not at codes, so a missing one is noted."""
    findings = found(http(status=status))

    assert [(one.code, one.path) for one in findings] == [("StatusWithoutFlag", f) for f in flags]


def test_subsegments_are_looked_into() -> None:
    """The path of a finding leads through the subsegments."""
    inner = {**INNER, "subsegments": [{**INNER, "id": "0102030405060711", "user": 5}]}
    (finding,) = found({**SEGMENT, "subsegments": [inner]})

    assert finding.path == "subsegments[0].subsegments[0].user"


def test_annotations_are_counted_over_the_document() -> None:
    """The same key twice counts once, as in X-Ray's index."""
    inner = {**INNER, "annotations": {f"k{n}": n for n in range(30)}}
    twice = {**inner, "id": "0102030405060711"}
    more = {**twice, "annotations": {f"x{n}": n for n in range(30)}}

    assert found({**SEGMENT, "subsegments": [inner, twice]}) == []
    assert [one.code for one in found({**SEGMENT, "subsegments": [inner, more]})] == [
        "TooManyAnnotations"
    ]


def test_deep_subsegments_are_refused() -> None:
    """What contains itself ends, too."""
    document: Any = dict(SEGMENT)
    document["subsegments"] = [document]
    findings = found(document)

    assert "subsegments are nested more than 500 deep" in findings[0].message
    assert {"ParseError", "DuplicateId"} <= {one.code for one in findings}


@steady
@given(documents)
def test_what_has_no_findings_survives(document: Any) -> None:
    """Any document is judged; one that X-Ray takes has no finding that refuses it."""
    refusals = [one for one in check(document) if "refuses the whole" in one.message]

    assert refuse(document) is None
    assert refusals == []
    assert all(not check(one) for one in flatten(document) if not check(document))
