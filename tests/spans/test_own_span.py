from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode

from otel_xray.sampling.sampler import XRaySampler
from otel_xray.spans import starting
from otel_xray.spans.own_span import OwnSpan

BEGAN = 1_700_000_000_000_000_000
ENDED = BEGAN + 1_000


def provider(**arguments: Any) -> tuple[TracerProvider, InMemorySpanExporter]:
    """Return a provider, and what its spans go to."""
    made = TracerProvider(shutdown_on_exit=False, **arguments)
    exporter = InMemorySpanExporter()
    made.add_span_processor(SimpleSpanProcessor(exporter))
    return made, exporter


def described(span: ReadableSpan) -> Any:
    """Return everything that can be read of a span, but its own id and its events' times."""
    content = json.loads(span.to_json())
    content["context"].pop("span_id")
    for event in content["events"]:
        event.pop("timestamp")
    return content, span.instrumentation_scope, span.kind, span.start_time, span.end_time


def attributes(span: Span) -> None:
    """Set attributes of every kind."""
    span.set_attribute("text", "x")
    span.set_attributes({"number": 1, "half": 0.5, "yes": True, "several": ["a", "b"]})
    span.set_attribute("text", "y")


def odd_attributes(span: Span) -> None:
    """Set what the SDK cleans."""
    span.set_attributes({"": 1, "object": object, "mixed": [1, "a", None]})  # type: ignore[dict-item]  # wrong on purpose


def many_attributes(span: Span) -> None:
    """Set more than there may be."""
    for number in range(200):
        span.set_attribute(f"key{number}", number)


def events(span: Span) -> None:
    """Add events and links."""
    span.add_event("first", {"a": 1, "b": ["x"]})
    for number in range(150):
        span.add_event(f"event{number}")
    span.add_link(SpanContext(7, 8, is_remote=True), {"why": "because"})
    span.add_link(SpanContext(0, 0, is_remote=True))


def statuses(span: Span) -> None:
    """Set the status again and again."""
    span.set_status(StatusCode.ERROR, "no")
    span.set_status(StatusCode.UNSET)
    span.set_status(Status(StatusCode.OK))
    span.set_status(StatusCode.ERROR, "too late")


def late(span: Span) -> None:
    """Write to a span that has ended."""
    span.end(ENDED)
    span.set_attribute("late", 1)
    span.add_event("late")
    span.add_link(SpanContext(7, 8, is_remote=True))
    span.update_name("late")
    span.set_status(StatusCode.ERROR)


def renamed(span: Span) -> None:
    """Change the name."""
    span.update_name("other")


USES = [attributes, odd_attributes, many_attributes, events, statuses, late, renamed]


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
@pytest.mark.filterwarnings("ignore")
def test_it_is_what_the_sdk_would_have_made(use: Callable[[Span], None]) -> None:
    """Whoever reads the span cannot tell it from the SDK's."""
    made, exporter = provider()
    tracer = made.get_tracer("scope", "1")
    with tracer.start_as_current_span("around") as around:
        own = starting.start(tracer, "call", None, SpanKind.CLIENT, {"a": "b"}, (), BEGAN)
        theirs = tracer.start_span("call", None, SpanKind.CLIENT, {"a": "b"}, (), BEGAN)
        for span in (own, theirs):
            use(span)
            span.end(ENDED)
    ours, the_sdks, _ = exporter.get_finished_spans()

    assert isinstance(own, OwnSpan)
    assert described(the_sdks) == described(ours)
    assert around.get_span_context().trace_id == own.get_span_context().trace_id
    assert own.get_span_context().span_id != theirs.get_span_context().span_id


def test_an_exception_is_recorded_as_x_ray_wants_it() -> None:
    """The block of OpenTelemetry's API records it and fails the span."""
    made, exporter = provider()
    tracer = made.get_tracer("scope")
    with tracer.start_as_current_span("around"):
        own = starting.start(tracer, "call")
        with pytest.raises(ValueError, match="broken"), trace.use_span(own, end_on_exit=True):
            raise ValueError("broken")  # noqa: EM101
    span = exporter.get_finished_spans()[0]

    assert ["ValueError"] == [(one.attributes or {})["exception.type"] for one in span.events]
    assert StatusCode.ERROR is span.status.status_code


def test_clean_attributes_can_be_added_as_they_are() -> None:
    """They are not looked at, and not taken any more after the end."""
    made, exporter = provider()
    tracer = made.get_tracer("scope")
    with tracer.start_as_current_span("around"):
        own = starting.start(tracer, "call")
        assert isinstance(own, OwnSpan)
        own.add_clean({"a": 1})
        own.end()
        own.add_clean({"b": 2})

    assert {"a": 1} == dict(exporter.get_finished_spans()[0].attributes or {})


def test_xrays_sampler_follows_the_parent_as_well() -> None:
    """It decides about the first span of a trace only."""
    made, _ = provider(sampler=XRaySampler(None))
    tracer = made.get_tracer("scope")
    caller = SpanContext(7, 8, is_remote=True, trace_flags=trace.TraceFlags(1))
    around = trace.set_span_in_context(trace.NonRecordingSpan(caller))

    assert isinstance(starting.start(tracer, "call", around), OwnSpan)


UNUSUAL = {
    "limits": {"span_limits": SpanLimits(max_span_attributes=5)},
    "lengths": {"span_limits": SpanLimits(max_attribute_length=5)},
    "a sampler": {"sampler": ALWAYS_ON},
    "a parent that does not count": {
        "sampler": ParentBased(ALWAYS_ON, local_parent_sampled=ALWAYS_OFF)
    },
}


@pytest.mark.parametrize("arguments", UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_unusual_the_sdk_does_itself(arguments: dict[str, Any]) -> None:
    """Limits and samplers of the application hold."""
    made, _ = provider(**arguments)
    tracer = made.get_tracer("scope")
    with tracer.start_as_current_span("around"):
        span = starting.start(tracer, "call")

    assert not isinstance(span, OwnSpan)


def test_roots_links_and_what_is_not_sampled_are_the_sdks() -> None:
    """There it has something to decide."""
    made, _ = provider()
    tracer = made.get_tracer("scope")
    unsampled = trace.set_span_in_context(trace.NonRecordingSpan(SpanContext(7, 8, is_remote=True)))
    root = starting.start(tracer, "root")
    with trace.use_span(root):
        linked = starting.start(tracer, "linked", links=[Link(SpanContext(7, 8, is_remote=True))])

    assert not isinstance(root, OwnSpan)
    assert not isinstance(linked, OwnSpan)
    assert not starting.start(tracer, "unsampled", unsampled).is_recording()


def test_another_sdk_makes_its_own_spans() -> None:
    """Without any SDK there is nothing to be recorded."""
    assert not starting.start(trace.NoOpTracer(), "call").is_recording()
