"""Functions that fail: what the runtime reports is the user's own error, to the byte."""

from __future__ import annotations

import re

import pytest

from tests.aws_lambda.emulator.conftest import Functions
from tests.aws_lambda.emulator.programs import ECHO, ERROR, HEADER, is_of_handler
from tests.aws_lambda.emulator.receivers import Collector, Daemon

pytestmark = pytest.mark.slow

# What differs from one invocation to the next, and how deep a recursion got: we need frames too.
CHANGING = re.compile(rb'"requestId": ?"[0-9a-f-]+"|RequestId: [0-9a-f-]+|repeated \d+ more')

NOT_LOADED = [
    pytest.param("import nothing_like_it", "app.handler", id="import error"),
    pytest.param("import json\nfrom json import nothing", "app.handler", id="name not there"),
    pytest.param("def handler(event, context)\n    pass", "app.handler", id="syntax error"),
    pytest.param("import os\n\n1 / 0", "app.handler", id="raises while it is imported"),
    pytest.param(
        "def begin():\n    raise LookupError('no table')\n\nbegin()",
        "app.handler",
        id="raises in a function while it is imported",
    ),
    pytest.param("raise BaseException('odd')", "app.handler", id="raises a BaseException"),
    pytest.param("import sys\nsys.exit(3)", "app.handler", id="exits"),
    pytest.param(ECHO, "app.missing", id="missing function"),
    pytest.param(ECHO, "other.handler", id="missing module"),
    pytest.param(ECHO, "handler", id="no dot"),
    pytest.param(ECHO, "sys.exit", id="built-in module"),
    pytest.param(ECHO, "app.Orders.handler", id="class attribute"),
    pytest.param(ECHO, "..handler", id="dots"),
]
GONE = [
    pytest.param("import os\nos._exit(4)", "app.handler", id="exits at once"),
    pytest.param(ECHO, "", id="no name"),
]

RAISING = """
class OrderError(Exception):
    pass

def check(event):
    if event["kind"] == "chained":
        try:
            {}["item"]
        except KeyError as error:
            raise OrderError("no item") from error
    if event["kind"] == "unicode":
        raise OrderError("Größe \\u2028")
    if event["kind"] == "surrogate":
        raise OrderError("\\ud800")
    if event["kind"] == "exit":
        raise SystemExit(7)
    if event["kind"] == "unserializable":
        return object()
    if event["kind"] == "circular":
        answer = []
        answer.append(answer)
        return answer
    if event["kind"] == "recursion":
        return check(event)
    if event["kind"] == "strange":
        class Strange(Exception):
            def __str__(self):
                return "strange"
        raise Strange
    raise OrderError(event["kind"], 5)

def handler(event, context):
    return check(event)
"""


@pytest.mark.parametrize(("code", "handler"), NOT_LOADED)
def test_function_that_cannot_be_loaded(
    functions: Functions, collector: Collector, code: str, handler: str
) -> None:
    """The caller and the platform get the error that they get without us; a span says it too."""
    with functions.plain(code, handler) as function:
        expected = function.invoke_raw(), function.initialization_error
    with functions.traced(code, handler, collector.variables) as function:
        told = function.invoke_raw(), function.initialization_error
        span = collector.wait_for(lambda span: span.name == "Initialization")

    assert tuple(map(_constant, expected)) == tuple(map(_constant, told))
    assert ERROR == span.status
    ((event, raised),) = span.events
    assert ("exception", True) == (event, bool(raised["exception.type"]))


@pytest.mark.parametrize(("code", "handler"), GONE)
def test_function_that_is_gone_before_it_is_loaded(
    functions: Functions, collector: Collector, code: str, handler: str
) -> None:
    """Nobody can record anything of it, and the platform says what it says without us."""
    with functions.plain(code, handler) as function:
        expected = function.invoke_raw()
    with functions.traced(code, handler, collector.variables) as function:
        told = function.invoke_raw()

    assert _constant(expected) == _constant(told)


def test_daemon_is_told_of_a_function_that_cannot_be_loaded(
    functions: Functions, daemon: Daemon
) -> None:
    """For X-Ray too, although there is no invocation whose trace it could be in."""
    with functions.traced("import nothing_like_it", variables=daemon.variables) as function:
        function.invoke_raw()
        failed = daemon.wait_for_entity(name="orders", fault=True)

    assert "nothing_like_it" in str(failed["cause"])


@pytest.mark.parametrize(
    "kind", ["plain", "chained", "unicode", "unserializable", "circular", "strange", "recursion"]
)
def test_raising_handler(functions: Functions, collector: Collector, kind: str) -> None:
    """The error that a handler raises is reported with the same type, message and stack."""
    with functions.plain(RAISING) as function:
        expected = function.invoke_raw({"kind": kind})
    with functions.traced(RAISING, variables=collector.variables) as function:
        told = function.invoke_raw({"kind": kind}, trace=HEADER)
        span = collector.wait_for(is_of_handler)

    assert _constant(expected) == _constant(told)
    assert ERROR == span.status
    assert b"otel_xray" not in told


@pytest.mark.parametrize("kind", ["exit", "surrogate"])
def test_handler_that_ends_the_process(
    functions: Functions, collector: Collector, kind: str
) -> None:
    """Its span is sent, and the platform sees the same end: the runtime cannot log a surrogate."""
    with functions.plain(RAISING) as function:
        expected = function.invoke_raw({"kind": kind})
    with functions.traced(RAISING, variables=collector.variables) as function:
        told = function.invoke_raw({"kind": kind}, trace=HEADER)
        span = collector.wait_for(is_of_handler)

    assert _constant(expected) == _constant(told)
    assert ERROR == span.status


def test_log_of_an_error_is_the_same(functions: Functions, collector: Collector) -> None:
    """What the runtime writes about an error has no line more and none of ours."""
    written = []
    with functions.plain(RAISING) as function:
        function.invoke_raw({"kind": "chained"})
        written.append(function.log)
    with functions.traced(RAISING, variables=collector.variables) as function:
        function.invoke_raw({"kind": "chained"}, trace=HEADER)
        written.append(function.log)

    plain, traced = (re.findall(r"\[ERROR\][^\n]*", log) for log in written)
    assert plain
    assert plain == traced


def _constant(answer: bytes) -> bytes:
    return CHANGING.sub(b"", answer)
