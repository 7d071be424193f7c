"""Handlers of every kind that the runtime takes, with the layer and its wrapper."""

from __future__ import annotations

import pytest

from tests.aws_lambda.emulator.conftest import Functions
from tests.aws_lambda.emulator.programs import CURRENT, ECHO, HEADER, PARENT, TRACE, is_of_handler
from tests.aws_lambda.emulator.receivers import Collector, Daemon, entities

pytestmark = pytest.mark.slow

CLASS = """
class Orders:
    def __init__(self):
        self.calls = 0

    def __call__(self, event, context):
        self.calls += 1
        return [type(self).__name__, self.calls, event, context.function_name]

    @staticmethod
    def static(event, context):
        return ["static", event]

handler = Orders()
static = Orders.static
bound = handler.__call__
"""
ASYNC = """
import asyncio
from opentelemetry import trace

async def work(event):
    await asyncio.sleep(0)
    with trace.get_tracer("app").start_as_current_span("work"):
        await asyncio.sleep(0)
    return event

def handler(event, context):
    return asyncio.run(work(event))
"""
PARTIAL = """
import functools

def answer(prefix, event, context):
    return [prefix, event]

handler = functools.partial(answer, "orders")
"""
GENERATED = """
def __getattr__(name):
    if name == "handler":
        return lambda event, context: [name, event]
    raise AttributeError(name)
"""

KINDS = [
    pytest.param({"app.py": ECHO}, "app.handler", id="function"),
    pytest.param({"app.py": CLASS}, "app.handler", id="object"),
    pytest.param({"app.py": CLASS}, "app.static", id="static method"),
    pytest.param({"app.py": CLASS}, "app.bound", id="bound method"),
    pytest.param({"app.py": PARTIAL}, "app.handler", id="partial"),
    pytest.param({"app.py": GENERATED}, "app.handler", id="module's __getattr__"),
    pytest.param({"app.py": "import asyncio\n" + ECHO}, "app.handler", id="asyncio is there"),
    pytest.param(
        {"shop/__init__.py": "", "shop/orders/__init__.py": "", "shop/orders/api.py": ECHO},
        "shop.orders.api.handler",
        id="nested module",
    ),
    pytest.param({"src/orders/api.py": ECHO}, "src/orders/api.handler", id="path"),
    pytest.param({"lambda.py": ECHO}, "lambda.handler", id="keyword as a name"),
    pytest.param({"bootstrap.py": ECHO}, "bootstrap.handler", id="called as the runtime's"),
]


@pytest.mark.parametrize(("files", "handler"), KINDS)
def test_handler_answers_as_without_us(
    functions: Functions, collector: Collector, files: dict[str, str], handler: str
) -> None:
    """A handler of any kind returns the same bytes, and has a span that is named after it."""
    with functions.plain(files, handler) as function:
        expected = [function.invoke_raw({"item": number}) for number in range(2)]
    with functions.traced(files, handler, collector.variables) as function:
        answered = [function.invoke_raw({"item": number}, trace=HEADER) for number in range(2)]
        collector.wait_for(lambda span: span.attributes.get("faas.coldstart") is False)

    assert expected == answered
    spans = [span for span in collector.items if is_of_handler(span)]
    assert [(TRACE, PARENT)] * 2 == [(span.trace_id, span.parent_id) for span in spans]


def test_handler_span_is_current(functions: Functions, collector: Collector) -> None:
    """The span of the handler is what OpenTelemetry's API says is current in it."""
    with functions.traced(CURRENT, variables=collector.variables) as function:
        current = function.invoke(trace=HEADER)
        span = collector.wait_for(is_of_handler)

    assert current == [span.trace_id, span.span_id]


def test_coroutines_run_inside_the_span(functions: Functions, collector: Collector) -> None:
    """A handler that runs coroutines has their spans below its own."""
    with functions.traced(ASYNC, variables=collector.variables) as function:
        assert {"a": 1} == function.invoke({"a": 1}, trace=HEADER)
        served = collector.wait_for(is_of_handler)
        work = collector.wait_for(lambda span: span.name == "work")

    assert served.span_id == work.parent_id


def test_daemon_gets_subsegments_of_lambda_s_own_segment(
    functions: Functions, daemon: Daemon
) -> None:
    """For X-Ray the handler is a part of the segment that Lambda itself makes."""
    with functions.traced(ECHO, variables=daemon.variables) as function:
        function.invoke(trace=HEADER)
        handled = daemon.wait_for_entity(name="app.handler", type="subsegment", parent_id=PARENT)

    assert f"1-{TRACE[:8]}-{TRACE[8:]}" == handled["trace_id"]
    assert "in_progress" not in handled


def test_switched_off(functions: Functions, daemon: Daemon, collector: Collector) -> None:
    """OTEL_XRAY_ENABLED=false leaves the runtime as it is, and loads nothing of ours."""
    code = """
import os, sys
def handler(event, context):
    return [os.environ["_HANDLER"], [name for name in sys.modules if "otel" in name]]
"""
    variables = {**daemon.variables, **collector.variables, "OTEL_XRAY_ENABLED": "false"}
    with functions.traced(code, variables=variables) as function:
        assert ["app.handler", []] == function.invoke(trace=HEADER)
        function.stop()

    assert [] == collector.items


def test_only_the_alias_is_switched_off(functions: Functions, collector: Collector) -> None:
    """OTEL_SDK_DISABLED=true leaves the handler in place, and nothing is recorded."""
    variables = {**collector.variables, "OTEL_SDK_DISABLED": "true"}
    with functions.traced(ECHO, variables=variables) as function:
        assert {"a": 1} == function.invoke({"a": 1}, trace=HEADER)
        function.stop()

    assert [] == collector.items


def test_many_spans_of_one_invocation(functions: Functions, daemon: Daemon) -> None:
    """More than one datagram holds: every one arrives."""
    code = """
from opentelemetry import trace

def handler(event, context):
    for number in range(event):
        with trace.get_tracer("app").start_as_current_span(f"part {number}"):
            pass
"""
    with functions.traced(code, variables=daemon.variables) as function:
        function.invoke(400, trace=HEADER)
        daemon.wait_for_entity(name="app.handler")

    seen = {entity["name"] for document in daemon.items for entity in entities(document)}
    assert {f"part {number}" for number in range(400)} <= seen


def test_without_the_wrapper(functions: Functions, collector: Collector) -> None:
    """A container image names our handler itself, and its own in a variable."""
    variables = {**collector.variables, "OTEL_XRAY_HANDLER": "app.handler"}
    with functions.plain(
        CURRENT, "otel_xray.aws_lambda.function.handler", variables, layers=(functions.layer,)
    ) as function:
        current = function.invoke(trace=HEADER)
        span = collector.wait_for(is_of_handler)

    assert current == [span.trace_id, span.span_id]


def test_decorated_handler(functions: Functions, collector: Collector) -> None:
    """A function can do it alone, with one line; under the wrapper as well it is one span."""
    code = CURRENT + "\nfrom otel_xray.aws_lambda import traced\nhandler = traced(handler)\n"
    layers = (functions.layer,)
    with functions.plain(code, variables=collector.variables, layers=layers) as function:
        first = function.invoke(trace=HEADER)
        function.wait_until_idle()
    with functions.traced(code, variables=collector.variables) as function:
        second = function.invoke(trace=HEADER)
        function.wait_until_idle()

    served = [[span.trace_id, span.span_id] for span in collector.items if is_of_handler(span)]
    assert [first, second] == served
