"""Several processors at once: nobody waits for a neighbour."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from otel_xray.spans.budget import Budget
from otel_xray.spans.processors import OutermostProcessor
from otel_xray.spans.side_by_side import SideBySide

LONG = 30  # seconds; nobody gets so far


class Good(SpanExporter):
    """Keeps what it gets."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.closed = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Keep the names."""
        self.names += [span.name for span in spans]
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Take note."""
        self.closed.set()


class Hanging(Good):
    """Waits until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Wait."""
        self.gate.wait(LONG)
        return super().export(spans)


class Raising(Good):
    """Raises whatever it is asked for."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Raise."""
        msg = "broken"
        raise RuntimeError(msg)


class Pair(NamedTuple):
    """An exporter that works beside one that does not."""

    good: Good
    bad: Good
    both: SideBySide
    provider: TracerProvider

    def record(self) -> None:
        """End a span with one inside."""
        tracer = self.provider.get_tracer("test")
        with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner"):
            pass


def pair(bad: Good, budget: Budget | None, *, bad_first: bool) -> Pair:
    """Return *bad* and a good exporter, as in Lambda with a *budget*, else as elsewhere."""
    good = Good()
    order: list[SpanExporter] = [bad, good] if bad_first else [good, bad]
    both = SideBySide(
        [OutermostProcessor(one, budget) if budget else BatchSpanProcessor(one) for one in order]
    )
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(both)
    return Pair(good, bad, both, provider)


@pytest.fixture(params=[True, False], ids=["bad first", "good first"])
def bad_first(request: pytest.FixtureRequest) -> bool:
    """Try both orders."""
    return bool(request.param)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """Return an exporter that hangs for as long as the test lasts."""
    exporter = Hanging()
    yield exporter
    exporter.gate.set()
    exporter.closed.wait(LONG)


def test_an_invocation_waits_for_all_at_once(hanging: Hanging, bad_first: bool) -> None:
    """Budgets are not added up: of two, one hanging, the invocation waits for one budget."""
    both = pair(hanging, Budget(1.0), bad_first=bad_first)
    began = time.monotonic()
    both.record()
    waited = time.monotonic() - began
    both.both.shutdown()

    assert ["inner", "outer"] == both.good.names
    assert 1.0 <= waited < 1.9
    hanging.gate.set()


def test_two_that_hang_cost_one_budget() -> None:
    """The time that an invocation waits does not depend on how many do not answer."""
    first, second = Hanging(), Hanging()
    both = SideBySide([OutermostProcessor(one, Budget(1.0)) for one in (first, second)])
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(both)
    began = time.monotonic()
    provider.get_tracer("test").start_span("handler").end()
    ended = time.monotonic()
    both.shutdown()
    shut = time.monotonic()
    first.gate.set()
    second.gate.set()

    assert ended - began < 1.9
    assert shut - ended < 1.9
    assert first.closed.is_set()
    assert second.closed.is_set()


@pytest.mark.parametrize("budget", [Budget(5), None], ids=["in Lambda", "elsewhere"])
def test_flushing_keeps_to_its_time_and_flushes_the_other(
    hanging: Hanging, budget: Budget | None, bad_first: bool
) -> None:
    """What hangs makes the answer no, in time; the neighbour has sent everything by then."""
    if budget is not None:
        budget.held = True
    both = pair(hanging, budget, bad_first=bad_first)
    both.record()
    began = time.monotonic()

    assert not both.both.force_flush(500)
    assert time.monotonic() - began < 2
    assert ["inner", "outer"] == both.good.names
    hanging.gate.set()
    both.both.shutdown()
    assert ["inner", "outer"] == both.good.names == hanging.names


@pytest.mark.parametrize("budget", [Budget(5), None], ids=["in Lambda", "elsewhere"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_raises_costs_its_own_spans_only(
    budget: Budget | None, bad_first: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Each span reaches the neighbour once."""
    both = pair(Raising(), budget, bad_first=bad_first)
    with caplog.at_level(logging.CRITICAL):
        for _ in range(3):
            both.record()
            both.both.force_flush()
    both.both.shutdown()

    assert ["inner", "outer"] * 3 == both.good.names
    assert both.bad.closed.is_set()


def test_shutting_down_begins_everywhere_at_once(hanging: Hanging, bad_first: bool) -> None:
    """The neighbour's last spans have left while what hangs still hangs."""
    both = pair(hanging, None, bad_first=bad_first)
    both.record()
    ending = threading.Thread(target=both.both.shutdown)
    ending.start()

    assert both.good.closed.wait(LONG)
    assert ["inner", "outer"] == both.good.names
    assert ending.is_alive()
    hanging.gate.set()
    ending.join(LONG)
    assert ["inner", "outer"] == hanging.names


class Broken(SpanProcessor):
    """Raises at every turn."""

    def on_end(self, span: ReadableSpan) -> None:
        """Raise."""
        msg = "broken"
        raise RuntimeError(msg)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Raise."""
        msg = "broken"
        raise RuntimeError(msg)


def test_a_processor_that_raises_costs_no_neighbour(caplog: pytest.LogCaptureFixture) -> None:
    """Even what is no exporter's fault stays where it is, and is logged."""
    good = Good()
    both = SideBySide([Broken(), OutermostProcessor(good, Budget(5))])
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(both)
    provider.get_tracer("test").start_span("span").end()

    assert not both.force_flush()
    assert ["span"] == good.names
    assert 2 == caplog.text.count("RuntimeError: broken")
    both.shutdown()


AT_EXIT = """
import os, sys
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from otel_xray.spans.side_by_side import SideBySide

class Printing(SpanExporter):
    def export(self, spans):
        line = f"{os.getpid() == parent} {[span.name for span in spans]}\\n"
        os.write(1, line.encode())  # as a whole: another thread prints, too

parent = os.getpid()
provider = TracerProvider()
provider.add_span_processor(SideBySide([BatchSpanProcessor(Printing()) for _ in range(2)]))
provider.get_tracer("test").start_span("before").end()
if sys.argv[1] == "fork":
    provider.force_flush()
    if os.fork() == 0:
        provider.get_tracer("test").start_span("in the child").end()
        sys.exit()
    os.wait()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("alone", ["True ['before']"] * 2),
        ("fork", ["True ['before']"] * 2 + ["False ['in the child']"] * 2),
    ],
)
def test_the_last_spans_leave_when_python_ends(how: str, expected: list[str]) -> None:
    """Both exporters get them once, in a forked child as well."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", AT_EXIT, how],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert "" == done.stderr
    assert expected == done.stdout.splitlines()
