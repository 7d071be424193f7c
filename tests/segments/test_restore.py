from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from otel_xray.console.receive import otlp
from otel_xray.console.receive.spans import ReceivedSpan
from otel_xray.exporters.otlp_encoding import encode as to_otlp
from otel_xray.model.span import EventData, Kind, ScopeData, SpanData
from otel_xray.segments import from_span, to_spans
from otel_xray.segments.decode import to_span_data
from otel_xray.segments.encode import EncodeOptions, to_documents
from otel_xray.segments.members import MEMBER_PREFIX, SCOPE
from otel_xray.segments.nesting import flatten
from otel_xray.segments.validation import refuse
from tests.segments.making import make_span, steady
from tests.segments.schema import documents, same

SEGMENT: dict[str, Any] = {
    "name": "orders",
    "id": "53995c3f42cd8ad8",
    "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
    "start_time": 1_500_000_000.25,
    "end_time": 1_500_000_001.125,
}


def back(document: Any) -> list[Any]:
    """Return the documents of the spans of *document*."""
    return [one for span in to_span_data(document) for one in to_documents(span)]


@steady
@given(documents)
def test_every_document_survives(document: Any) -> None:
    """Document → spans → documents gives what flattening the document gives, member for member."""
    assert refuse(document) is None
    assert same(list(flatten(document)), back(document))


@steady
@given(documents)
def test_every_document_survives_the_sdk_and_otlp(document: Any) -> None:
    """Spans of the SDK, and spans that went over OTLP, say the same."""
    spans = to_spans(document)
    expected = list(flatten(document))
    body = to_otlp(to_span_data(document))
    received = [one.span for one in otlp.decode(body) if isinstance(one, ReceivedSpan)]

    assert same(expected, [one for span in spans for one in from_span(span)])
    assert same(expected, [one for span in received for one in to_documents(span)])


def span_of(**members: Any) -> SpanData:
    """Return the span of a segment."""
    (span,) = to_span_data({**SEGMENT, **members})  # type: ignore[typeddict-item]
    return span


def with_attributes(span: SpanData, **attributes: Any) -> SpanData:
    """Return *span* with more attributes, as a processor adds them."""
    return make_span(
        {**span.attributes, **attributes},
        Kind.SERVER,
        parent_id=None,
        name=span.name,
        scope=span.scope,
    )


def test_attributes_that_came_later_are_metadata() -> None:
    """What a processor added is shown beside what the document said."""
    span = with_attributes(span_of(metadata={"default": {"a": 1}, "app": {"b": 2}}), zone="z")
    (document,) = to_documents(span)

    assert document.get("metadata") == {"default": {"a": 1, "zone": "z"}, "app": {"b": 2}}


def test_attributes_that_came_later_may_be_indexed() -> None:
    """The configuration's annotations are added; the document's own are as they were."""
    span = with_attributes(span_of(annotations={"a-b": 1}), zone="z", area="a")
    (some,) = to_documents(span, EncodeOptions(indexed_attributes=("zone",)))
    (all_of_them,) = to_documents(span, EncodeOptions(index_all_attributes=True))

    assert some.get("annotations") == {"a-b": 1, "zone": "z"}
    assert all_of_them.get("annotations") == {"a-b": 1, "zone": "z", "area": "a"}


def test_nothing_is_taken_from_the_resource() -> None:
    """A document that said nothing of its process says nothing afterwards."""
    assert back(SEGMENT) == [SEGMENT]


@pytest.mark.parametrize(
    "attributes",
    [
        {f"{MEMBER_PREFIX}id": '"junk"', f"{MEMBER_PREFIX}trace_id": "null"},
        {f"{MEMBER_PREFIX}http": "no json"},
        {f"{MEMBER_PREFIX}http": 5},
        {"aws.xray.annotations": "x"},
        {"aws.xray.annotations": ["x", 5, "y"], "y": ["no", "scalar"]},
        {"aws.xray.metadata.app": "no json"},
        {"aws.xray.inprogress": "yes"},
        {"aws.xray.inprogress": True},
        {"aws.xray.member.cause": '{"exceptions": 1}'},
        {"aws.xray.member.metadata": "[]", "zone": 1},
    ],
)
def test_junk_with_the_scope_of_documents_is_a_document(attributes: dict[str, Any]) -> None:
    """Whoever calls its scope ours cannot make a document that X-Ray refuses."""
    span = make_span(
        attributes,
        name="a?b",
        scope=ScopeData(SCOPE),
        events=(EventData("exception", 5, {"exception.type": "E"}), EventData("other", 5)),
    )
    (document,) = to_documents(span)

    assert refuse(document) is None
    assert document.get("name") == "ab"
    assert document.get("id") == "53995c3f42cd8ad8"


def test_a_root_without_the_kind_of_a_segment_is_one() -> None:
    """A subsegment without a parent would be refused."""
    (document,) = to_documents(make_span(parent_id=None, scope=ScopeData(SCOPE)))

    assert "type" not in document


def test_other_dialects_ignore_the_scope() -> None:
    """The collector's exporter knows no such spans, so its dialect does not either."""
    (document,) = to_documents(span_of(user="u"), EncodeOptions(compatibility="collector"))

    assert document["metadata"]["default"]["aws.local.service"] == "orders"


def deep(levels: int) -> Any:
    """Return an object inside that many others."""
    found: Any = 1
    for _ in range(levels):
        found = {"a": found}
    return found


@pytest.mark.parametrize("member", ["metadata", "Dummy", "cause", "links"])
def test_deep_values_survive(member: str) -> None:
    """As deep as `parse_document` reads them, but for ten levels."""
    value = {
        "metadata": {"app": deep(190)},
        "Dummy": deep(190),
        "cause": {"exceptions": [{"x": deep(190)}]},
        "links": [{"x": deep(188)}],
    }[member]

    assert back({**SEGMENT, member: value}) == [{**SEGMENT, member: value}]


GAPS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "D2: ids are written in lower case": (
        {"id": "53995C3F42CD8AD8", "parent_id": "ABCDEFABCDEFABCD"},
        {"parent_id": "abcdefabcdefabcd"},
    ),
    "D3: times are whole nanoseconds": (
        {"start_time": 1.0000000001, "end_time": 2.5},
        {"start_time": 1.0, "end_time": 2.5},
    ),
    "D4: null is absent where an id, a type or a time would stand": (
        {"parent_id": None, "type": None, "in_progress": None},
        {},
    ),
    "D5: half a surrogate pair is replaced": (
        {"user": "\ud800", "metadata": {"app": {"k": "\udfff"}}},
        {"user": "\ufffd", "metadata": {"app": {"k": "\ufffd"}}},
    ),
    "D6: integers of more than 64 bits are text in deep or escaped JSON": (
        {"metadata": {"app": {"n": 1 << 70, "text": "\\ud"}}},
        {"metadata": {"app": {"n": f"{1 << 70}", "text": "\\ud"}}},
    ),
    "D7: JSON is cut at 190 levels": (
        {"Dummy": deep(191)},
        {"Dummy": None},
    ),
    "D8: what X-Ray refuses comes back as what it takes": (
        {"name": "a?b", "end_time": None, "trace_id": "5759e988bd862e3fe1be46a994272793"},
        {"name": "ab", "in_progress": True, "end_time": None},
    ),
}


@pytest.mark.parametrize("gap", GAPS)
def test_a_known_gap_is_as_wide_as_it_is_said_to_be(gap: str) -> None:
    """The numbers are those of docs/reference/known-gaps.md."""
    given, expected = GAPS[gap]
    (found,) = back({**SEGMENT, **given})
    wanted = {**SEGMENT, **expected}
    if gap.startswith("D7"):
        assert "<nested too deep>" in f"{found.pop('Dummy')}"
        del wanted["Dummy"]

    assert found == {member: value for member, value in wanted.items() if value is not None}


def test_subsegments_come_back_apart() -> None:
    """D1: the spans of a document are documents of their own."""
    inner = {"name": "in", "id": "0102030405060708", "start_time": 1, "end_time": 2}

    assert back({**SEGMENT, "subsegments": [inner]}) == [
        SEGMENT,
        {
            **inner,
            "type": "subsegment",
            "trace_id": SEGMENT["trace_id"],
            "parent_id": SEGMENT["id"],
        },
    ]
