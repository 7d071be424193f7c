"""The emulated function itself: what it is built on must be as in Lambda, or it shows nothing."""

from __future__ import annotations

import json
import signal

import pytest

from tests.aws_lambda.emulator.conftest import WRAPPER, Functions
from tests.aws_lambda.emulator.programs import HEADER
from tests.aws_lambda.emulator.sandbox import VERSION

pytestmark = pytest.mark.slow

LOOK = """
import os, sys

def handler(event, context):
    return {
        "event": event,
        "path": sys.path,
        "variables": dict(os.environ),
        "writable": [place for place in ("/", "/opt", "/tmp", "/var/task") if writable(place)],
    }

def writable(folder):
    try:
        open(os.path.join(folder, "tried"), "w").close()
    except OSError:
        return False
    return True
"""


def test_path_of_a_managed_runtime(functions: Functions) -> None:
    """The function's folder comes first, then the layers', then the runtime's own."""
    with functions.plain(LOOK) as function:
        path = function.invoke()["path"]

    layers = [f"/opt/python/lib/python{VERSION}/site-packages", "/opt/python"]

    assert ["/var/task", *layers, "/var/runtime"] == path[:4]


def test_only_tmp_can_be_written_to(functions: Functions) -> None:
    """As in Lambda."""
    with functions.plain(LOOK) as function:
        assert ["/tmp"] == function.invoke()["writable"]
        assert (function.tmp / "tried").exists()


def test_nothing_of_the_test_is_in_the_function(functions: Functions) -> None:
    """A function sees Lambda's variables and its own, and no package that it did not bring."""
    code = LOOK + "import importlib.util\nassert importlib.util.find_spec('pytest') is None\n"
    with functions.plain(code, variables={"OWN": "1"}) as function:
        variables = function.invoke()["variables"]

    assert "1" == variables["OWN"]
    assert "/var/task" == variables["LAMBDA_TASK_ROOT"]
    assert not [name for name in variables if name.startswith(("EMULATED", "PYTEST", "OTEL"))]


def test_trace_header_reaches_the_function(functions: Functions) -> None:
    """The function gets the tracing header of the invocation, as it was sent."""
    with functions.plain(LOOK) as function:
        assert HEADER == function.invoke(trace=HEADER)["variables"]["_X_AMZN_TRACE_ID"]


@pytest.mark.usefixtures("managed")
def test_trace_header_reaches_a_managed_instance(functions: Functions) -> None:
    """There the emulator passes it on by itself."""
    with functions.plain(LOOK, mode="managed") as function:
        assert HEADER == function.invoke(trace=HEADER)["variables"]["_X_AMZN_TRACE_ID"]


def test_an_invocation_without_a_header_has_none(functions: Functions) -> None:
    """The header of the invocation before does not stay."""
    with functions.plain(LOOK) as function:
        function.invoke(trace=HEADER)

        assert "_X_AMZN_TRACE_ID" not in function.invoke()["variables"]


def test_durations_are_measured(functions: Functions) -> None:
    """What a function does is in the time from its event to its answer, and nothing else is."""
    code = "import time\ndef handler(event, context):\n    time.sleep(event)\n"
    with functions.plain(code) as function:
        function.invoke(0.2)
        function.invoke(0)

    assert function.durations[0] >= 0.2 > function.durations[1]


def test_error_of_the_initialization_is_seen(functions: Functions) -> None:
    """What the runtime reports of a function that cannot be loaded is what the caller gets."""
    with functions.plain("import nothing_like_it") as function:
        told = function.invoke()

    assert "Runtime.ImportModuleError" == told["errorType"]
    assert told == json.loads(function.initialization_error)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_stopping_ends_everything(functions: Functions, number: signal.Signals) -> None:
    """When the emulator has ended, so has the function's process."""
    with functions.plain(LOOK) as function:
        function.invoke()
        function.stop(number)

        with pytest.raises(AssertionError):
            function.invoke()


def test_wrapper_that_does_not_exist(functions: Functions) -> None:
    """The managed runtime says so, and ends."""
    with functions.plain(LOOK, variables=WRAPPER) as function:
        assert b"" == function.invoke_raw()
        assert "/opt/otel-xray-instrument: does not exist" in function.log
