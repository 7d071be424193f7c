from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, Tracer

from otel_xray.segments import from_span
from otel_xray.spans.open_spans import OpenSpans

NOW = 1_700_000_001_000_000_000
BEGAN = 1_700_000_000_000_000_000


@pytest.fixture
def spans() -> OpenSpans:
    """Return a processor by a stopped clock."""
    return OpenSpans(lambda: NOW)


@pytest.fixture
def tracer(spans: OpenSpans) -> Tracer:
    """Return a tracer whose spans the processor hears of."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(spans)
    return provider.get_tracer("test")


def test_an_open_span_can_be_sent_as_it_is(spans: OpenSpans, tracer: Tracer) -> None:
    """It has everything that was recorded so far, and is in progress."""
    link = Link(SpanContext(7, 8, is_remote=True))
    span = tracer.start_span("work", attributes={"a": 1}, links=[link], start_time=BEGAN)
    span.add_event("happened")
    span.set_status(Status(StatusCode.ERROR, "no"))
    (found,) = spans.unfinished()

    assert ("work", BEGAN, NOW) == (found.name, found.start_time, found.end_time)
    assert {"a": 1, "aws.xray.inprogress": True} == dict(found.attributes or {})
    assert ["happened"] == [event.name for event in found.events]
    assert [link.context] == [one.context for one in found.links]
    assert (StatusCode.ERROR, "no") == (found.status.status_code, found.status.description)
    assert span.get_span_context() == found.context


def test_its_document_is_in_progress(spans: OpenSpans, tracer: Tracer) -> None:
    """X-Ray replaces it by the complete one when that comes."""
    tracer.start_span("work")
    (document,) = from_span(spans.unfinished()[0])

    assert document["in_progress"] is True
    assert "end_time" not in document


def test_a_span_that_has_ended_is_forgotten(spans: OpenSpans, tracer: Tracer) -> None:
    """Only those that are open count."""
    with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner"):
        pass
    tracer.start_span("open")

    assert ["open"] == [span.name for span in spans.unfinished()]
