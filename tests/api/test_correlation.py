from __future__ import annotations

import asyncio
import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import baggage, context, propagate, trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from otel_xray import Tracer, correlate, xray_recorder
from otel_xray.spans.inheritance import InheritanceProcessor
from otel_xray.testing import Recording, recording

CONVERSATION = "messaging.message.conversation_id"
CALLER = SpanContext(0x5759E988BD862E3FE1BE46A994272793, 7, True, TraceFlags(1))


def span(name: str, **arguments: Any) -> contextlib.AbstractContextManager[trace.Span]:
    """Return a block with a span of OpenTelemetry's API."""
    return trace.get_tracer("application").start_as_current_span(name, **arguments)


@contextlib.contextmanager
def caller() -> Generator[None]:
    """Make a span of another process current, as a server's propagator does."""
    token = context.attach(trace.set_span_in_context(NonRecordingSpan(CALLER)))
    yield
    context.detach(token)


def annotated(recorded: Recording) -> dict[str, dict[str, Any]]:
    """Return the annotations of each document that has some."""
    return {
        document.get("name", ""): dict(document["annotations"])
        for document in recorded.documents()
        if "annotations" in document
    }


def test_the_current_and_the_outermost_span_are_annotated(recorded: Recording) -> None:
    """What lies between them is not, nor what comes after."""
    with span("root"), span("between"), span("current"):
        correlate(orderId="71032", items=3, gift=True)
        with span("inside"):
            pass

    pairs = {"orderId": "71032", "items": 3, "gift": True}
    assert {"current": pairs, "root": pairs} == annotated(recorded)


@pytest.mark.parametrize("outer", [xray_recorder.in_segment, span], ids=["segment", "span"])
@pytest.mark.parametrize("between", [xray_recorder.in_subsegment, span], ids=["sub", "span"])
@pytest.mark.parametrize("inner", [xray_recorder.in_subsegment, span], ids=["sub", "span"])
def test_it_does_not_matter_who_opened_which(
    recorded: Recording, outer: Any, between: Any, inner: Any
) -> None:
    """X-Ray's blocks and OpenTelemetry's may surround each other in any order."""
    with outer("root"), between("between"), inner("current"):
        correlate(orderId="71032")

    assert {"orderId": "71032"} == annotated(recorded)["current"]
    assert {"orderId": "71032"} == annotated(recorded)["root"]
    assert {"current", "root"} == set(annotated(recorded))


def test_the_outermost_span_has_its_parent_in_another_process(recorded: Recording) -> None:
    """A server's span inside a caller's trace is the outermost of this process."""
    with caller(), span("server"), span("work"):
        correlate(orderId="71032")

    assert {"server", "work"} == set(annotated(recorded))
    assert {CALLER.trace_id} == {one.context.trace_id for one in recorded.spans if one.context}


def test_an_outermost_span_inside_another_trace_is_its_own(recorded: Recording) -> None:
    """A message of another trace, handled inside a span, does not annotate that one's trace."""
    with span("poll"), caller(), span("message"), span("work"):
        correlate(orderId="71032")

    assert {"message", "work"} == set(annotated(recorded))


def test_two_outermost_spans_of_one_trace_are_kept_apart(recorded: Recording) -> None:
    """Each of two requests of one trace, handled at once, annotates its own."""
    with caller():
        first = trace.get_tracer("application").start_span("first")
        second = trace.get_tracer("application").start_span("second")
    with trace.use_span(first, end_on_exit=True), span("work of first"):
        correlate(orderId="1")
    with trace.use_span(second, end_on_exit=True), span("work of second"):
        correlate(orderId="2")

    found = {name: pairs["orderId"] for name, pairs in annotated(recorded).items()}
    assert {"first": "1", "work of first": "1", "second": "2", "work of second": "2"} == found


def test_an_annotation_of_the_entity_itself_stays(recorded: Recording) -> None:
    """Both ways to annotate add to one list, whichever comes first."""
    with xray_recorder.in_segment("shop"):
        xray_recorder.put_annotation("before", 1)
        correlate(orderId="71032")
        xray_recorder.put_annotation("after", 2)

    assert {"before": 1, "orderId": "71032", "after": 2} == annotated(recorded)["shop"]


def test_in_another_thread_the_outermost_span_is_found(recorded: Recording) -> None:
    """A thread that is handed the context, in either of the usual ways, is part of the trace."""

    def work(name: str) -> None:
        value: Any = "71032"
        with span(name):
            correlate(**{name: value})

    def handed(current: Context) -> None:
        token = context.attach(current)
        work("attached")
        context.detach(token)

    with span("root"), span("between"), ThreadPoolExecutor(1) as pool:
        pool.submit(copy_context().run, work, "copied").result()
        thread = threading.Thread(target=handed, args=(context.get_current(),))
        thread.start()
        thread.join()

    assert {"copied": "71032", "attached": "71032"} == annotated(recorded)["root"]


def test_tasks_that_run_together_annotate_their_own_trace(recorded: Recording) -> None:
    """Coroutines under asyncio.gather, each with an outermost span, do not mix."""

    async def order(number: int, ready: asyncio.Event) -> None:
        with span(f"root {number}"):
            if number == 2:
                ready.set()
            await ready.wait()
            with span(f"work {number}"):
                await asyncio.sleep(0)
                correlate(orderId=number)

    async def main() -> None:
        ready = asyncio.Event()
        await asyncio.gather(order(1, ready), order(2, ready))

    asyncio.run(main())

    assert {f"{name} {number}": number for name in ("root", "work") for number in (1, 2)} == {
        name: pairs["orderId"] for name, pairs in annotated(recorded).items()
    }


def test_an_outermost_span_that_has_ended_is_left_alone(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """Work that outlives its request annotates itself, and nobody is warned."""
    root = trace.get_tracer("application").start_span("root")
    with trace.use_span(root), span("late"):
        root.end()
        correlate(orderId="71032")

    assert {"late"} == set(annotated(recorded))
    assert "" == caplog.text


# --- spread -----------------------------------------------------------------------------------


def test_spread_reaches_later_spans_of_the_trace(recorded: Recording) -> None:
    """Those that start in this context are annotated, whoever opens them; not the next trace."""
    with xray_recorder.in_segment("shop"):
        with xray_recorder.in_subsegment("before"):
            pass
        correlate(orderId="71032", spread=True)
        with xray_recorder.in_subsegment("sub"), span("span"):
            xray_recorder.put_annotation("own", 1)
    with xray_recorder.in_segment("next"):
        pass

    found = annotated(recorded)
    assert {"shop", "sub", "span"} == set(found)
    assert {"orderId": "71032", "own": 1} == found["span"]


def test_spread_keeps_to_its_context(recorded: Recording) -> None:
    """Messages of a batch that each spread their own key do not get each other's."""
    with span("batch"):
        for number in (1, 2):
            with span(f"message {number}"):
                correlate(orderId=number, spread=True)
                with span(f"work {number}"):
                    pass
        with span("rest"):
            pass

    found = annotated(recorded)
    assert (1, 2) == (found["work 1"]["orderId"], found["work 2"]["orderId"])
    assert "rest" not in found


def test_spread_adds_to_what_is_spread_already(recorded: Recording) -> None:
    """Two keys that are spread one after the other reach a later span both."""
    with span("root"):
        correlate(orderId="71032", spread=True)
        correlate(shop=3, spread=True)
        with span("work"):
            pass

    assert {"orderId": "71032", "shop": 3} == annotated(recorded)["work"]


# --- messaging --------------------------------------------------------------------------------


def test_a_messaging_span_gets_a_conversation_id(recorded: Recording) -> None:
    """The first value is the conversation's, on the current span and on those it spreads to."""
    queue = {"messaging.system": "aws_sqs"}
    with span("plain"), span("process", attributes=queue):
        correlate(orderId=71032, shop=3, spread=True)
        with span("send", attributes=queue):
            pass
        with span("send another", attributes={**queue, CONVERSATION: "theirs"}):
            pass

    found = {one.name: (one.attributes or {}).get(CONVERSATION) for one in recorded.spans}
    assert {"process": "71032", "send": "71032", "send another": "theirs", "plain": None} == found


# --- baggage ----------------------------------------------------------------------------------


def sent() -> str:
    """Return the baggage that a request would carry now."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    return headers.get("baggage", "")


@pytest.mark.parametrize("spread", [False, True])
def test_nothing_leaves_the_process_unasked(recorded: Recording, spread: bool) -> None:
    """Without baggage=True no request carries a key."""
    with span("root"):
        correlate(orderId="71032", spread=spread)

        assert "" == sent()


@pytest.mark.parametrize("block", [xray_recorder.in_segment, span], ids=["segment", "span"])
def test_baggage_carries_the_keys_until_the_trace_ends(recorded: Recording, block: Any) -> None:
    """Asked for, requests carry them; the next trace in the same thread does not."""
    kept = context.attach(baggage.set_baggage("tenant", "a"))
    inside = span if block is span else xray_recorder.in_subsegment
    with block("shop"), inside("inside"):
        correlate(orderId="7 1", gift=True, baggage=True)

        assert {"tenant=a", "orderId=7+1", "gift=true"} == set(sent().split(","))
    with block("next"):
        assert "tenant=a" == sent()
    context.detach(kept)


# --- what cannot be recorded ------------------------------------------------------------------


def test_without_a_span_it_says_so_for_debugging(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """One debug line, nothing recorded, no exception."""
    caplog.set_level(logging.DEBUG, "otel_xray")
    correlate(orderId="71032", spread=True, baggage=True)

    assert ["DEBUG"] == [line.levelname for line in caplog.records]
    assert "orderId" in caplog.text
    assert "" == sent()


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("order-id", "1", "'order-id' dropped: use letters, digits and underscores"),
        ("", "1", "'' dropped"),
        ("k" * 501, "1", "dropped: use letters"),
        ("orderId", None, "orderId dropped: NoneType is no string, number or boolean"),
        ("orderId", ["1"], "orderId dropped: list is no"),
        ("orderId", "1" * 1001, "orderId dropped: it has more than 1000 characters"),
    ],
)
def test_what_xray_does_not_index_is_a_warning(
    recorded: Recording, caplog: pytest.LogCaptureFixture, key: str, value: Any, reason: str
) -> None:
    """The pair is dropped and named; the others are recorded."""
    with span("root"):
        correlate(**{key: value, "good": 1})

    assert {"root": {"good": 1}} == annotated(recorded)
    assert reason in caplog.text


def test_a_trace_gets_fifty_annotations(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """X-Ray indexes no more: one warning says so; repeated pairs and other traces count apart."""
    with span("full"), span("inside"):
        for number in range(60):
            numbered: Any = {f"key{number}": number}
            correlate(**numbered)
            correlate(key0=0)
    with span("other"):
        correlate(orderId="71032")

    assert {f"key{number}": number for number in range(50)} == annotated(recorded)["full"]
    assert {"orderId": "71032"} == annotated(recorded)["other"]
    assert 1 == caplog.text.count("50 annotations")


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.floats()))
def test_it_never_raises(pairs: dict[str, Any]) -> None:
    """Whatever the application passes, it goes on."""
    pairs = {key: value for key, value in pairs.items() if key not in {"spread", "baggage"}}
    with recording(), span("root"):
        correlate(**pairs)


def test_a_value_that_cannot_even_be_shown_is_survived(
    recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception out of a value stays with us, as a warning."""

    class Broken(str):
        __slots__ = ()

        def __str__(self) -> str:
            raise ValueError

    with span("root"):
        correlate(orderId=Broken("1"))

    assert "Failed while correlating a trace" in caplog.text


def test_spans_that_are_not_recorded_are_left_alone(recorded: Recording) -> None:
    """Inside a trace that is not sampled nothing happens."""
    unsampled = SpanContext(1, 1, True, TraceFlags(0))
    token = context.attach(trace.set_span_in_context(NonRecordingSpan(unsampled)))
    with span("work"):
        correlate(orderId="71032", baggage=True)
        assert "" == sent()
    context.detach(token)

    assert [] == recorded.spans


# --- the application's own provider -----------------------------------------------------------


def spans_of(provider: TracerProvider, act: Callable[[trace.Tracer], None]) -> dict[str, Any]:
    """Return name → annotation of what *act* records with *provider*."""
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    act(provider.get_tracer("application"))
    found = exporter.get_finished_spans()
    provider.shutdown()
    return {one.name: (one.attributes or {}).get("orderId") for one in found}


def test_another_provider_needs_the_processor() -> None:
    """With it the outermost span is found; without it the current one is annotated all the same."""

    def act(tracer: trace.Tracer) -> None:
        with tracer.start_as_current_span("root"), tracer.start_as_current_span("work"):
            correlate(orderId="71032")

    with_it = TracerProvider(shutdown_on_exit=False)
    with_it.add_span_processor(InheritanceProcessor())

    assert {"root": "71032", "work": "71032"} == spans_of(with_it, act)
    without = TracerProvider(shutdown_on_exit=False)
    assert {"root": None, "work": "71032"} == spans_of(without, act)


@pytest.mark.slow
def test_the_applications_provider_gets_the_processor() -> None:
    """X-Ray calls on a provider that the application has set up find outermost spans, too."""
    code = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)

from otel_xray import configure, correlate, xray_recorder

configure(exporters="none")
configure(exporters="none")
with trace.get_tracer("application").start_as_current_span("root"):
    with xray_recorder.in_subsegment("between"), xray_recorder.in_subsegment("current"):
        correlate(orderId="71032")
print([span.name for span in exporter.get_finished_spans() if "orderId" in span.attributes])
print([type(one).__name__ for one in provider._active_span_processor._span_processors])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    found, processors = done.stdout.splitlines()
    assert "['current', 'root']" == found
    assert 1 == processors.count("InheritanceProcessor")


# --- Lambda -----------------------------------------------------------------------------------


def test_in_lambda_the_handler_is_annotated(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function's own segment takes nothing; the outermost subsegment in it does."""
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    tracer = Tracer(auto_patch=False, service="shop")

    @tracer.capture_method
    def charge() -> None:
        with span("call"):
            correlate(orderId="71032")

    @tracer.capture_lambda_handler
    def handler(event: Any, context: Any) -> None:
        charge()

    correlate(orderId="outside")
    handler({}, None)

    found = annotated(recorded)
    assert {"orderId": "71032"} == found["call"]
    assert "71032" == found["## handler"]["orderId"]
    assert 2 == len(found)
