"""Our layer beside other ones, and beside the function's own packages."""

from __future__ import annotations

import shutil
from pathlib import Path

import opentelemetry.trace
import pytest

from tests.aws_lambda.emulator.conftest import Functions
from tests.aws_lambda.emulator.layers import PLAIN, VERSIONED, of_files
from tests.aws_lambda.emulator.programs import ECHO, HEADER, is_of_handler
from tests.aws_lambda.emulator.receivers import Collector

pytestmark = pytest.mark.slow

API = Path(opentelemetry.trace.__file__).parents[1]
LOOK = """
import importlib, sys

def handler(event, context):
    return {
        "path": sys.path,
        "files": {name: importlib.import_module(name).__file__ for name in event},
    }
"""
SETTINGS = """
import settings, tracing

def handler(event, context):
    return [settings.OWN, tracing.OWN]
"""


@pytest.mark.parametrize("place", [PLAIN, VERSIONED])
def test_layer_beside_ours(
    functions: Functions, collector: Collector, tmp_path: Path, place: str
) -> None:
    """A layer of either layout is found, and its modules come from where they come without us."""
    beside = of_files(tmp_path, {f"{place}/shop/__init__.py": "", f"{place}/shop/tax.py": ""})
    event = ["shop", "shop.tax"]
    with functions.plain(LOOK, layers=(beside,)) as function:
        expected = function.invoke(event)
    with functions.traced(LOOK, variables=collector.variables, layers=(beside,)) as function:
        found = function.invoke(event)

    assert {"shop", "shop.tax"} == expected["files"].keys()
    assert expected["files"] == found["files"]
    assert expected["path"][:4] == found["path"][:4]


@pytest.mark.parametrize("place", ["task", VERSIONED])
def test_own_copy_of_opentelemetry_wins(
    functions: Functions, collector: Collector, tmp_path: Path, place: str
) -> None:
    """The function's own OpenTelemetry API is used, by the function and by us."""
    marker = "\nOWN_COPY = True\n"
    code = """
import opentelemetry.trace
from opentelemetry import trace

def handler(event, context):
    with trace.get_tracer("app").start_as_current_span("own"):
        return [trace.__file__, trace.OWN_COPY]
"""
    own = tmp_path / "own"
    shutil.copytree(
        API, own, ignore=lambda _folder, names: [n for n in names if n == "__pycache__"]
    )
    with (own / "trace" / "__init__.py").open("a") as file:
        file.write(marker)
    copied = {
        f"opentelemetry/{path.relative_to(own)}": path.read_text()
        for path in own.rglob("*.py")
        if path.relative_to(own).parts[0] in API_PARTS
    }
    files = {"app.py": code}
    layers: tuple[Path, ...] = ()
    if place == "task":
        files |= copied
    else:
        layers = (of_files(tmp_path, {f"{place}/{name}": text for name, text in copied.items()}),)
    with functions.traced(files, variables=collector.variables, layers=layers) as function:
        file_name, is_own = function.invoke(trace=HEADER)
        served = collector.wait_for(is_of_handler)
        span = collector.wait_for(lambda span: span.name == "own")

    assert is_own
    assert file_name.startswith("/var/task" if place == "task" else f"/opt/{VERSIONED}")
    assert served.span_id == span.parent_id


API_PARTS = (
    *("trace", "context", "propagate", "propagators", "baggage", "metrics", "attributes"),
    *("_logs", "_events", "environment_variables", "util", "version", "py.typed"),
)


def test_module_of_the_function_with_a_name_of_ours(
    functions: Functions, collector: Collector
) -> None:
    """A function's own module called like one that we use is the function's."""
    files = {
        "app.py": SETTINGS,
        "settings.py": "OWN = 1",
        "tracing.py": "OWN = 2",
        "pipeline.py": "1 / 0",
    }
    with functions.traced(files, variables=collector.variables) as function:
        assert [1, 2] == function.invoke(trace=HEADER)


def test_pythonpath_of_the_function(functions: Functions, collector: Collector) -> None:
    """With PYTHONPATH Lambda searches no layer; our wrapper still finds the layer it came with."""
    variables = {**collector.variables, "PYTHONPATH": "/var/task/lib"}
    files = {"app.py": "import own\n" + ECHO, "lib/own.py": ""}
    with functions.plain(files, variables=variables) as function:
        expected = function.invoke_raw({"a": 1})
    with functions.traced(files, variables=variables) as function:
        answered = function.invoke_raw({"a": 1}, trace=HEADER)

    assert expected == answered
