from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from otel_xray.aws_lambda.layer.build import WRAPPER
from otel_xray.aws_lambda.layer.bytecode import compiled
from otel_xray.aws_lambda.layer.entry import Entry
from otel_xray.aws_lambda.layer.target import PYTHONS
from tests.aws_lambda.layer.conftest import RUNNING, Built

pytestmark = pytest.mark.slow

RECORD = """
import sys
before = set(sys.modules)
from otel_xray import xray_recorder
with xray_recorder.in_segment('order'):
    xray_recorder.put_annotation('orderId', '42')
"""
INVOKE = """
import sys
before = set(sys.modules)
import os
from importlib import import_module
module, _, name = os.environ['_HANDLER'].rpartition('.')
assert module == 'otel_xray.aws_lambda.function'
assert getattr(import_module(module), name)({}, None) is False
"""
NOT_COMPILED = """
import os
for name in sorted(set(sys.modules) - before):
    path = getattr(sys.modules[name], '__file__', None) or ''
    cached = getattr(sys.modules[name], '__cached__', None) or ''
    if 'opt/python/' in path and not os.path.exists(cached):
        print(name)
"""


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """Listen as the X-Ray daemon does."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(60)
        yield listening


def as_function(daemon: socket.socket) -> dict[str, str]:
    """Return the variables of a function that sends to *daemon*."""
    address = f"127.0.0.1:{daemon.getsockname()[1]}"
    return {"LAMBDA_TASK_ROOT": "/var/task", "AWS_XRAY_DAEMON_ADDRESS": address}


@pytest.mark.parametrize("python", PYTHONS)
def test_an_unpacked_layer_records(
    layer_for_all: Built, interpreters: Mapping[str, str], daemon: socket.socket, python: str
) -> None:
    """One layer for all Pythons, on each that is here: a segment reaches the daemon."""
    if python not in interpreters:
        pytest.skip(f"no CPython {python} here")
    layer_for_all.run(RECORD, interpreters[python], **as_function(daemon))

    header, _, document = daemon.recv(65536).partition(b"\n")
    assert {"format": "json", "version": 1} == json.loads(header)
    assert {"orderId": "42"} == json.loads(document)["annotations"]


def test_what_recording_loads_is_compiled(layer: Built, daemon: socket.socket) -> None:
    """No module of a layer with bytecode is compiled on the way to a segment."""
    assert RUNNING in layer.report.bytecode
    assert "" == layer.run(RECORD + NOT_COMPILED, **as_function(daemon))


def test_what_a_handler_loads_is_compiled(layer: Built, daemon: socket.socket) -> None:
    """As the runtime starts it: through the wrapper, which leads to the function's own handler."""
    variables = {"AWS_LAMBDA_FUNCTION_NAME": "order", "_HANDLER": "operator.eq"}
    started = [shutil.which("sh") or "", str(layer.opt / WRAPPER), sys.executable]

    assert "" == layer.run(INVOKE + NOT_COMPILED, *started, **variables, **as_function(daemon))
    header, _, document = daemon.recv(65536).partition(b"\n")
    assert {"format": "json", "version": 1} == json.loads(header)
    assert "id" in json.loads(document)


def test_each_python_gets_bytecode_of_what_it_finds() -> None:
    """Of the shared folder and of its own; no other Python's folder is compiled for it."""
    paths = [
        "python/a.py",
        "python/data.txt",
        f"python/lib/python{RUNNING}/site-packages/b.py",
        "python/lib/python2.7/site-packages/c.py",
        "otel-xray-instrument",
    ]
    entries = [Entry(path, b"VALUE = 1", "a") for path in paths]
    found = [entry.path for entry in compiled(entries, RUNNING, sys.executable)]

    tag = sys.implementation.cache_tag
    assert [
        f"python/__pycache__/a.{tag}.pyc",
        f"python/lib/python{RUNNING}/site-packages/__pycache__/b.{tag}.pyc",
    ] == found
    assert [] == compiled([], RUNNING, sys.executable)


def test_bytecode_is_not_checked_against_its_source(layer: Built) -> None:
    """It is taken as it is, whatever times the unpacked files have, and it names files in /opt."""
    files = sorted((layer.opt / "python").rglob("*.pyc"))
    flags = {int.from_bytes(path.read_bytes()[4:8], "little") for path in files}

    assert {0b01} == flags
    assert all(b"/opt/python/" in path.read_bytes() for path in files)
