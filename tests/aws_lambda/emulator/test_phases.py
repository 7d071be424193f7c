"""What happens to a function's process: its start, its phases, and its end in mid-invocation."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.aws_lambda.emulator.conftest import Functions
from tests.aws_lambda.emulator.emulated import Emulated
from tests.aws_lambda.emulator.programs import ECHO, HEADER, PARENT, is_of_handler
from tests.aws_lambda.emulator.receivers import Collector, Daemon

pytestmark = pytest.mark.slow

# Lets the test know how far it is, and goes on only if it is to end by itself.
WORKING = """
import time
from opentelemetry import trace

tracer = trace.get_tracer("app")

def handler(event, context):
    if not event:
        return
    with tracer.start_as_current_span("done"):
        pass
    with tracer.start_as_current_span("under way"):
        open("/tmp/working", "w").close()
        time.sleep(event)
"""
SLOW = """
import time
BEGUN = time.time_ns()
time.sleep(0.2)

def handler(event, context):
    return BEGUN
"""
PHASES = ("Initialization", "Invocation", "Overhead")


def test_cold_start_once(functions: Functions, collector: Collector) -> None:
    """The first invocation is a cold start and has the initialization in it; no other one has."""
    with functions.traced(ECHO, variables=collector.variables) as function:
        for number in range(3):
            function.invoke(number, trace=HEADER)
        function.wait_until_idle()

    served = [span for span in collector.items if is_of_handler(span)]
    assert [True, False, False] == [span.attributes["faas.coldstart"] for span in served]
    (begun,) = [span for span in collector.items if span.name == "Initialization"]
    assert served[0].span_id == begun.parent_id


def test_phases_follow_each_other(functions: Functions, collector: Collector) -> None:
    """Each phase begins when the one before has ended, and all of them lie within the span."""
    with functions.traced(ECHO, variables=collector.variables) as function:
        function.invoke(trace=HEADER)
        function.wait_until_idle()

    (served,) = [span for span in collector.items if is_of_handler(span)]
    by_name = {span.name: span for span in collector.items}
    first, second, third = (by_name[name] for name in PHASES)
    assert served.start == first.start < first.end <= second.start <= second.end <= third.start
    assert third.end <= served.end
    assert {served.span_id} == {phase.parent_id for phase in (first, second, third)}


def test_initialization_began_with_the_process(functions: Functions, collector: Collector) -> None:
    """The phase begins before the interpreter has run a line of the function."""
    with functions.traced(SLOW, variables=collector.variables) as function:
        begun = function.invoke(trace=HEADER)
        span = collector.wait_for(lambda span: span.name == "Initialization")

    assert span.start < begun < span.end
    assert span.end - begun >= 0.2 * 10**9


def test_provisioned_concurrency(functions: Functions, collector: Collector) -> None:
    """Nobody waited for the start: it is no cold start, and its phase has a trace of its own."""
    variables = {
        **collector.variables,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency",
    }
    with functions.traced(ECHO, variables=variables) as function:
        function.invoke(trace=HEADER)
        begun = collector.wait_for(lambda span: span.name == "Initialization")
        served = collector.wait_for(is_of_handler)

    assert served.attributes["faas.coldstart"] is False
    assert begun.trace_id != served.trace_id
    assert (begun.trace_id, begun.span_id) in served.links


def test_phases_can_be_left_out(functions: Functions, collector: Collector) -> None:
    """OTEL_XRAY_LAMBDA_PHASES=false leaves the handler's span alone."""
    variables = {**collector.variables, "OTEL_XRAY_LAMBDA_PHASES": "false"}
    with functions.traced(ECHO, variables=variables) as function:
        function.invoke(trace=HEADER)
        function.wait_until_idle()

    assert ["orders"] == [span.name for span in collector.items]


def test_platform_without_telemetry(functions: Functions, collector: Collector) -> None:
    """Where there is no Telemetry API, asking for it changes nothing: the phases are our own."""
    variables = {**collector.variables, "OTEL_XRAY_TELEMETRY_API": "true"}
    with functions.traced(ECHO, variables=variables) as function:
        for number in range(2):
            assert number == function.invoke(number, trace=HEADER)
        function.wait_until_idle()

    assert {"orders", *PHASES} == {span.name for span in collector.items}


def test_crash_in_between(functions: Functions, collector: Collector) -> None:
    """After a crash the function is started again, which is a cold start again."""
    code = "import os\ndef handler(event, context):\n    if event:\n        os._exit(1)\n"
    with functions.traced(code, variables=collector.variables) as function:
        for crash in (False, True, False):
            function.invoke(crash, trace=HEADER)
        function.wait_until_idle()

    served = [span for span in collector.items if is_of_handler(span)]
    assert [True, True] == [span.attributes["faas.coldstart"] for span in served]


def test_sigterm_in_mid_invocation(
    functions: Functions, collector: Collector, extension: Path
) -> None:
    """With an extension Lambda sends a signal before it ends the process: what is done is sent."""
    with functions.traced(WORKING, variables=collector.variables, layers=(extension,)) as function:
        _interrupted(function)
        collector.wait_for(lambda span: span.name == "done")

    assert [] == [span for span in collector.items if span.name == "Overhead"]


def test_sigterm_tells_the_daemon_what_was_under_way(
    functions: Functions, daemon: Daemon, extension: Path
) -> None:
    """The daemon gets what was open too, in progress."""
    with functions.traced(WORKING, variables=daemon.variables, layers=(extension,)) as function:
        _interrupted(function)
        handled = daemon.wait_for_entity(name="app.handler", in_progress=True)
        under_way = daemon.wait_for_entity(name="under way", in_progress=True)

    assert PARENT == handled["parent_id"]
    assert handled["id"] == under_way["parent_id"]


def test_signal_handler_of_the_function_is_called(
    functions: Functions, collector: Collector, extension: Path
) -> None:
    """Ours comes before it, not in its place."""
    code = (
        "import signal, sys\n"
        "def ended(number, frame):\n"
        "    open('/tmp/ended', 'w').close()\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, ended)\n" + WORKING
    )
    with functions.traced(code, variables=collector.variables, layers=(extension,)) as function:
        _interrupted(function)
        collector.wait_for(lambda span: span.name == "done")

        assert (function.tmp / "ended").exists()


def test_timeout_leaves_a_partial_trace(functions: Functions, daemon: Daemon) -> None:
    """Shortly before an invocation times out, what there is of it is sent, in progress."""
    variables = {**daemon.variables, "AWS_LAMBDA_FUNCTION_TIMEOUT": "4"}
    with functions.traced(WORKING, variables=variables) as function:
        function.invoke(0, trace=HEADER)
        told = function.invoke_raw(60, trace=HEADER)
        handled = daemon.wait_for_entity(name="app.handler", in_progress=True)
        daemon.wait_for_entity(name="done")
        daemon.wait_for_entity(name="under way", in_progress=True)

    assert b"timed out" in told.lower()
    assert PARENT == handled["parent_id"]


def _interrupted(function: Emulated) -> None:
    """Stop *function* while its handler is working."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(function.invoke_raw, 60, trace=HEADER)
        deadline = time.monotonic() + 60
        while not (function.tmp / "working").exists():
            assert time.monotonic() < deadline, function.log
            assert not running.done(), running.result()
            time.sleep(0.01)
        function.stop(signal.SIGTERM)
        running.exception()
