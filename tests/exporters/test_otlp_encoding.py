from __future__ import annotations

from http import HTTPStatus
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from otel_xray.exporters.otlp_encoding import encode
from otel_xray.model.span import EventData, Kind, LinkData, ScopeData, SpanData, StatusCode

text = st.text(st.characters(codec="utf-8"))
scalars = (
    text
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats(allow_nan=False)
    | st.binary()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3)
)
attributes = st.dictionaries(text, values, max_size=4)
trace_ids = st.integers(1, (1 << 128) - 1)
span_ids = st.integers(1, (1 << 64) - 1)
times = st.integers(0, (1 << 64) - 1)
spans = st.builds(
    SpanData,
    trace_id=trace_ids,
    span_id=span_ids,
    name=text,
    start=times,
    end=st.none() | times,
    parent_id=st.none() | span_ids,
    kind=st.sampled_from(Kind),
    attributes=attributes,
    status=st.sampled_from(StatusCode),
    status_message=text,
    events=st.lists(st.builds(EventData, text, times, attributes), max_size=2),
    links=st.lists(st.builds(LinkData, trace_ids, span_ids, attributes), max_size=2),
    resource=st.just({"service.name": "orders"}),
    scope=st.just(ScopeData("scope", "1")),
    trace_state=text,
    flags=st.integers(0, (1 << 32) - 1),
)


def plain(value: Any) -> Any:
    """Return what an AnyValue message holds."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return pairs(value.kvlist_value.values)
    return getattr(value, kind) if kind else None


def pairs(entries: Any) -> dict[str, Any]:
    """Return what a list of KeyValue messages holds."""
    return {entry.key: plain(entry.value) for entry in entries}


def decode(payload: bytes) -> Any:
    """Read *payload* by the official messages."""
    return ExportTraceServiceRequest.FromString(payload)


@given(spans)
def test_the_official_messages_read_every_field(span: SpanData) -> None:
    """What is written is what protobuf's own code reads, field by field."""
    request = decode(encode([span]))

    (resource_spans,) = request.resource_spans
    (scope_spans,) = resource_spans.scope_spans
    (read,) = scope_spans.spans
    assert span.resource == pairs(resource_spans.resource.attributes)
    assert (span.scope.name, span.scope.version) == (
        scope_spans.scope.name,
        scope_spans.scope.version,
    )
    assert span.trace_id.to_bytes(16, "big") == read.trace_id
    assert span.span_id.to_bytes(8, "big") == read.span_id
    assert (span.parent_id.to_bytes(8, "big") if span.parent_id else b"") == read.parent_span_id
    assert (span.name, span.trace_state, span.kind) == (read.name, read.trace_state, read.kind)
    assert (span.start, span.end or 0) == (read.start_time_unix_nano, read.end_time_unix_nano)
    assert span.attributes == pairs(read.attributes)
    assert (span.status, span.status_message) == (read.status.code, read.status.message)
    assert span.flags == read.flags
    assert [(event.name, event.time, event.attributes) for event in span.events] == [
        (event.name, event.time_unix_nano, pairs(event.attributes)) for event in read.events
    ]
    assert [(link.trace_id, link.span_id, link.attributes) for link in span.links] == [
        (
            int.from_bytes(link.trace_id, "big"),
            int.from_bytes(link.span_id, "big"),
            pairs(link.attributes),
        )
        for link in read.links
    ]


def span(**changes: Any) -> SpanData:
    """Return a span with *changes*."""
    return SpanData(**{"trace_id": 1, "span_id": 2, "name": "n", "start": 3, "end": 4, **changes})


def test_spans_are_grouped_by_resource_and_scope() -> None:
    """A resource and a scope are written once for all their spans."""
    resource, other = {"service.name": "a"}, {"service.name": "b"}
    scope = ScopeData("s")
    batch = [
        span(resource=resource, scope=scope),
        span(resource=other, scope=scope),
        span(resource=resource, scope=scope),
        span(resource=resource, scope=ScopeData("t")),
    ]

    request = decode(encode(batch))

    shape = sorted(
        (pairs(group.resource.attributes)["service.name"], scoped.scope.name, len(scoped.spans))
        for group in request.resource_spans
        for scoped in group.scope_spans
    )
    assert [("a", "s", 2), ("a", "t", 1), ("b", "s", 1)] == shape


class Text(str):
    """A string of a class of the user's."""

    __slots__ = ()


def test_values_without_a_form_in_otlp_become_text() -> None:
    """Numbers over 64 bits, foreign objects and lone surrogates are written as text."""
    odd = {"big": 1 << 64, "object": object, "surrogate": "\ud800", "text": Text("t"), "none": None}

    read = pairs(
        decode(encode([span(attributes=odd)])).resource_spans[0].scope_spans[0].spans[0].attributes
    )

    assert {
        "big": str(1 << 64),
        "object": "<class 'object'>",
        "surrogate": "?",
        "text": "t",
        "none": None,
    } == read


def test_no_spans_are_no_bytes() -> None:
    """An empty batch is an empty request."""
    assert b"" == encode([])


def test_numbers_with_a_name_are_numbers() -> None:
    """An HTTP status of the standard library is as good as its number, and as quick."""
    (resource_spans,) = decode(encode([span(attributes={"code": HTTPStatus.OK})])).resource_spans

    assert {"code": 200} == pairs(resource_spans.scope_spans[0].spans[0].attributes)
