from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, Tracer, TracerProvider
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from otel_xray.model import ids
from otel_xray.segments import from_span
from otel_xray.segments.document_span import DocumentSpan
from tests.segments.schema import documents, same

DOCUMENT = {
    "name": "shop",
    "id": "53995c3f42cd8ad8",
    "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
    "start_time": 1480000000.25,
    "end_time": 1480000001.5,
    "in_progress": False,
    "annotations": {"orderId": "42"},
    "metadata": {"default": {"items": [1, 2]}},
}


class Told(SpanProcessor):
    """Keeps what a processor is told."""

    def __init__(self) -> None:
        self.started: list[Any] = []
        self.ended: list[ReadableSpan] = []

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        """Keep *span*, with its name at this moment."""
        self.started.append((span, span.name))

    def on_end(self, span: ReadableSpan) -> None:
        """Keep *span*."""
        self.ended.append(span)


@pytest.fixture
def told() -> Told:
    """Return a processor."""
    return Told()


def tracer(processor: SpanProcessor | None = None) -> Tracer:
    """Return a tracer of the SDK."""
    provider = TracerProvider(shutdown_on_exit=False)
    if processor is not None:
        provider.add_span_processor(processor)
    made = provider.get_tracer("test")
    assert isinstance(made, Tracer)
    return made


def begin(document: dict[str, Any], processor: SpanProcessor | None = None) -> DocumentSpan:
    """Begin a span with the ids of *document*."""
    trace_id = ids.parse_trace_id(document["trace_id"])
    own = ids.parse_span_id(document["id"]) or 0
    caller = ids.parse_span_id(document["parent_id"]) if "parent_id" in document else None
    segment = document.get("type") != "subsegment"
    return DocumentSpan(
        document["name"],
        SpanContext(trace_id, own, is_remote=False, trace_flags=TraceFlags(1)),
        SpanContext(trace_id, caller, is_remote=segment) if caller else None,
        SpanKind.SERVER if segment else SpanKind.INTERNAL,
        document["start_time"],
        tracer(processor),
    )


def ended(document: dict[str, Any]) -> DocumentSpan:
    """Return a span that has ended with *document*."""
    span = begin(document)
    span.close(document, document["end_time"])
    return span


@given(documents)
def test_the_short_way_and_the_long_way_lead_to_the_same_document(document: Any) -> None:
    """An exporter that takes the document sends what translating the attributes gives."""
    document = {**document, "end_time": document.get("end_time", document["start_time"])}
    document.pop("in_progress", None)
    document.pop("subsegments", None)
    short: Any = ended(document).segment_document()

    (long,) = from_span(ended(document))

    told = {key: value for key, value in short.items() if value is not None}
    assert same(told, {key: long.get(key) for key in told})


def test_processors_are_told_once(told: Told) -> None:
    """It starts and ends like any span; closing it again changes nothing."""
    span = begin(DOCUMENT, told)
    span.close(DOCUMENT, 1480000001.5)
    span.close({**DOCUMENT, "name": "other"}, 1480000009.0)
    span.end()

    assert [(span, "shop")] == told.started
    assert [span] == told.ended
    assert (1480000000250000000, 1480000001500000000) == (span.start_time, span.end_time)
    assert "shop" == span.name
    assert not span.is_recording()


def test_attributes_are_there_for_whoever_asks() -> None:
    """Other exporters see a span: the annotations, the kind, the scope, in OpenTelemetry's form."""
    span = ended(DOCUMENT)

    assert "42" == (span.attributes or {})["orderId"]
    assert span.kind is SpanKind.SERVER
    assert "otel_xray.segments" == getattr(span.instrumentation_scope, "name", None)
    assert "42" == json.loads(span.to_json())["attributes"]["orderId"]
    assert (0, 0, 0) == (span.dropped_attributes, span.dropped_events, span.dropped_links)


def test_whoever_has_seen_the_attributes_may_have_changed_them() -> None:
    """Then the document is made of the attributes, so that a processor can take secrets out."""
    span = ended(DOCUMENT)
    assert span.segment_document() is not None

    assert span.attributes

    assert span.segment_document() is None


def test_what_opentelemetry_adds_is_in_the_document() -> None:
    """Attributes, events, links, the status and the name come from either side."""
    span = begin(DOCUMENT)
    span.set_attribute("later", 1)
    span.set_attributes({"later": 2, "flag": True})
    span.add_event("seen", {"a": 1}, 7)
    span.add_link(SpanContext(1, 2, is_remote=True))
    span.record_exception(ValueError("no"), {"more": 1})
    span.set_status(StatusCode.ERROR, "broken")
    span.update_name("ignored")
    span.close(DOCUMENT, 1480000001.5)
    span.set_attribute("late", 3)
    span.add_event("late")
    span.add_link(SpanContext(3, 4, is_remote=True))
    span.set_status(StatusCode.OK)
    span.update_name("late")

    assert span.segment_document() is None
    attributes = span.attributes or {}
    assert (2, True, "42") == (attributes["later"], attributes["flag"], attributes["orderId"])
    assert "late" not in attributes
    assert ["seen", "exception"] == [event.name for event in span.events]
    assert [2] == [link.context.span_id for link in span.links]
    assert (StatusCode.ERROR, "broken") == (span.status.status_code, span.status.description)
    assert "shop" == span.name


def test_a_status_of_ok_is_final() -> None:
    """As OpenTelemetry's specification has it; unset changes nothing."""
    span = begin(DOCUMENT)
    span.set_status(Status(StatusCode.UNSET))
    assert span.status.is_unset
    span.set_status(Status(StatusCode.OK))
    span.set_status(StatusCode.ERROR, "late")

    assert span.status.is_ok


def test_opentelemetry_may_end_it() -> None:
    """As a block of OpenTelemetry's API, it ends with what that API gave it."""
    span = begin(DOCUMENT)
    with span:
        assert span.is_recording()
        span.set_attribute("a", 1)
        assert span.end_time is None

    assert {"a": 1}.items() <= (span.attributes or {}).items()
    assert not span.is_recording()
    assert trace.INVALID_SPAN is trace.get_current_span()


def test_what_is_no_json_becomes_the_nearest() -> None:
    """Odd values cost no span: keys that are no text, sets, not-a-number."""
    span = ended({**DOCUMENT, "metadata": {"default": {(1, 2): {3}, "nan": float("nan")}}})

    (document,) = from_span(span)

    assert {"(1, 2)": [3], "nan": "NaN"} == document["metadata"]["default"]
