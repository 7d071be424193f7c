from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from otel_xray.spans.budget import Budget
from otel_xray.spans.processors import (
    BATCH,
    LONGEST_WAIT,
    MOST_KEPT,
    QUEUE_LENGTH,
    OutermostProcessor,
    SwitchProcessor,
)

REMOTE = trace.set_span_in_context(
    NonRecordingSpan(SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(1)))
)


class Exporter(SpanExporter):
    """Keeps batches, as slowly as it is told."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Keep the names."""
        self.gate.wait(10)
        if spans[0].name == "poison":
            msg = "poisoned"
            raise RuntimeError(msg)
        self.batches.append([span.name for span in spans])
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Take note."""
        self.closed = True


@pytest.fixture
def exporter() -> Exporter:
    """Return an exporter that works."""
    return Exporter()


@pytest.fixture
def processor(exporter: Exporter) -> OutermostProcessor:
    """Return a processor that gives an invocation 100 ms."""
    return OutermostProcessor(exporter, Budget(0.1))


@pytest.fixture
def tracer(processor: OutermostProcessor) -> trace.Tracer:
    """Return a tracer over the processor."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return provider.get_tracer("test")


def invoke(tracer: trace.Tracer, context: Context = REMOTE) -> None:
    """Record what one invocation does."""
    with tracer.start_as_current_span("handler", context), tracer.start_as_current_span("inner"):
        pass


def test_everything_leaves_when_the_outermost_span_ends(
    tracer: trace.Tracer, exporter: Exporter
) -> None:
    """One invocation is one batch, whether its parent is remote or there is none."""
    invoke(tracer)
    invoke(tracer, Context())

    assert [["inner", "handler"], ["inner", "handler"]] == exporter.batches


def test_a_span_that_stays_open_does_not_hold_back_what_ends_in_it(exporter: Exporter) -> None:
    """Without a thread, spans leave when many are kept, or when the first has waited long."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(OutermostProcessor(exporter, None))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("worker"):
        for _ in range(MOST_KEPT + 1):
            tracer.start_span("job").end()
        tracer.start_span("first").end(1)
        tracer.start_span("later").end(2 + LONGEST_WAIT)
        assert [MOST_KEPT + 1, 2] == [len(batch) for batch in exporter.batches]

    assert ["worker"] == exporter.batches[-1]


def test_an_invocation_waits_no_longer_than_its_budget(
    tracer: trace.Tracer, exporter: Exporter
) -> None:
    """A receiver that hangs delays the first invocation by the budget; nothing is lost."""
    exporter.gate.clear()
    began = time.monotonic()
    invoke(tracer)
    waited = time.monotonic() - began
    exporter.gate.set()
    invoke(tracer)

    assert 0.1 <= waited < 1
    assert 4 == sum(map(len, exporter.batches))


def test_a_late_span_leaves_with_the_next_flush(
    tracer: trace.Tracer, exporter: Exporter, processor: OutermostProcessor
) -> None:
    """A span that outlives its outermost span is kept until something flushes."""
    outermost = tracer.start_span("handler", REMOTE)
    late = tracer.start_span("late", trace.set_span_in_context(outermost))
    outermost.end()
    late.end()

    assert [["handler"]] == exporter.batches
    assert processor.force_flush()
    assert processor.force_flush()
    assert [["handler"], ["late"]] == exporter.batches


def test_flushing_says_whether_it_was_in_time(
    tracer: trace.Tracer, exporter: Exporter, processor: OutermostProcessor
) -> None:
    """force_flush keeps to its timeout and answers honestly."""
    exporter.gate.clear()
    tracer.start_span("inner", trace.set_span_in_context(tracer.start_span("handler"))).end()

    assert not processor.force_flush(10)
    exporter.gate.set()
    processor.shutdown()
    assert exporter.closed


def test_an_exporter_that_raises_costs_its_batch_only(
    tracer: trace.Tracer, exporter: Exporter, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception of an exporter is logged and never reaches the handler."""
    with caplog.at_level(logging.ERROR):
        tracer.start_span("poison", REMOTE).end()
    invoke(tracer)

    assert "1 spans were lost" in caplog.text
    assert [["inner", "handler"]] == exporter.batches


def test_what_does_not_fit_is_dropped_and_counted(
    tracer: trace.Tracer, exporter: Exporter, caplog: pytest.LogCaptureFixture
) -> None:
    """The oldest spans give way when more wait than the queue holds."""
    with tracer.start_as_current_span("handler", REMOTE), caplog.at_level(logging.WARNING):
        for _ in range(QUEUE_LENGTH + 4):
            tracer.start_span("inner").end()

    assert QUEUE_LENGTH == len(exporter.batches[0])
    assert "5 spans were dropped" in caplog.text


def test_a_held_budget_sends_nothing_before_the_flush(exporter: Exporter) -> None:
    """Somebody flushes when nobody waits any more: an outermost span that ends waits for that."""
    budget = Budget(5)
    budget.held = True
    processor = OutermostProcessor(exporter, budget)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor)
    invoke(provider.get_tracer("test"))
    before = list(exporter.batches)

    assert processor.force_flush()
    assert ([], [["inner", "handler"]]) == (before, exporter.batches)


def test_a_held_budget_lets_whole_batches_leave(exporter: Exporter) -> None:
    """An invocation with thousands of spans sends some of them meanwhile, and waits for nobody."""
    budget = Budget(5)
    budget.held = True
    processor = OutermostProcessor(exporter, budget)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("test")
    for _ in range(BATCH):
        tracer.start_span("inner").end()
    limit = time.monotonic() + 10
    while not exporter.batches and time.monotonic() < limit:
        time.sleep(0.001)

    assert [BATCH] == [len(batch) for batch in exporter.batches]


def test_unsampled_spans_are_not_sent(exporter: Exporter, processor: OutermostProcessor) -> None:
    """A span that is recorded without being sampled stays here."""
    context = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(0))
    processor.on_end(ReadableSpan("unsampled", context))

    assert processor.force_flush()
    assert [] == exporter.batches


FORKED = """
import os
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from otel_xray.spans.budget import Budget
from otel_xray.spans.processors import OutermostProcessor

exporter = InMemorySpanExporter()
provider = TracerProvider(shutdown_on_exit=False)
provider.add_span_processor(OutermostProcessor(exporter, Budget(5)))
tracer = provider.get_tracer("test")
tracer.start_span("parent's").end()
child = os.fork()
tracer.start_span("its own").end()
names = [span.name for span in exporter.get_finished_spans()]
if child == 0:
    os._exit(0 if names == ["parent's", "its own"] else 1)
print(os.waitpid(child, 0)[1], names)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_worker_sends_its_own() -> None:
    """The sending thread of the parent does not exist in a child; a new one is made."""
    finished = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ("0 [\"parent's\", 'its own']\n", "") == (finished.stdout, finished.stderr)


class Recorder(SpanProcessor):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def on_start(self, span: object, parent_context: Context | None = None) -> None:
        """Note."""
        self.told.append("start")

    def on_end(self, span: ReadableSpan) -> None:
        """Note."""
        self.told.append("end")

    def shutdown(self) -> None:
        """Note."""
        self.told.append("shutdown")

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Note."""
        self.told.append("flush")
        return False


def test_processors_can_be_exchanged_while_spans_are_recorded() -> None:
    """The old one is shut down, the new one gets what comes next."""
    switch, first, second = SwitchProcessor(), Recorder(), Recorder()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(switch)
    switch.switch(first)
    span = provider.get_tracer("test").start_span("span")
    switch.switch(second)
    span.end()

    assert not switch.force_flush()
    switch.shutdown()
    assert ["start", "shutdown"] == first.told
    assert ["end", "flush", "shutdown"] == second.told


def test_a_processor_can_be_lent_for_a_block() -> None:
    """After the block the former one is used again, and was not shut down."""
    switch, usual, lent = SwitchProcessor(), Recorder(), Recorder()
    switch.switch(usual)
    with switch.lend(lent):
        switch.force_flush()
    switch.force_flush()

    assert ["flush"] == lent.told
    assert ["flush"] == usual.told
