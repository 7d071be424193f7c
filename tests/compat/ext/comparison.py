"""
The same calls under the X-Ray SDK and under the alias.

Run as a program it makes the calls of a module of `tests.compat.ext.programs` under one of the
two, each in a segment, and prints what is told of each: the segment's document, what the call
returned or raised, and the tracing headers of its requests. Ids, times, ports and addresses are
made alike.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.instrument.servers import Server, running

ROOT = Path(__file__).parents[3]
TIMES = ("start_time", "end_time")
INNERMOST = 3
UNSAMPLED = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0")
UNTOLD = {"working_directory", "service", "origin"}

needs_the_original = pytest.mark.skipif(
    importlib.util.find_spec("aws_xray_sdk") is None, reason="the original is not installed"
)


def told(program: str, whose: str, *options: str) -> dict[str, Any]:
    """Return what is told of each call of *program* under ``theirs`` or ``ours``."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", __name__, program, whose, *options],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# --- the program --------------------------------------------------------------------------------


class Emitter:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send_entity(self, entity: Any) -> None:
        """Keep the document of *entity*."""
        self.sent.append(json.loads(entity.serialize()))

    def set_daemon_address(self, address: Any) -> None:
        """Send nowhere."""


def observed(call: Callable[[Server], Any], server: Server, recorder: Any) -> dict[str, Any]:
    """Make *call*, in a segment unless its name says otherwise."""
    recorder.emitter = emitter = Emitter()
    del server.requests[:], server.answers[:]
    if not call.__name__.startswith("_alone_"):
        segment = recorder.begin_segment("shop", sampling="unsampled" not in call.__name__)
        header = importlib.import_module("aws_xray_sdk.core.models.trace_header").TraceHeader
        segment.save_origin_trace_header(header(data={"Lineage": "a"}))
    outcome: dict[str, Any] = {}
    try:
        returned = call(server)
        if inspect.iscoroutine(returned):
            returned = asyncio.run(returned)
        outcome["returned"] = returned
    except Exception as error:  # noqa: BLE001  whatever a library raises
        outcome["raised"] = [type(error).__name__, str(error)]
    recorder.end_segment()
    recorder.clear_trace_entities()
    outcome["documents"] = emitter.sent
    outcome["headers"] = [request.all("X-Amzn-Trace-Id") for request in server.requests]
    return alike(outcome)


def alike(outcome: dict[str, Any]) -> dict[str, Any]:
    """Return *outcome* with everything that differs from run to run made alike."""
    names: dict[str, str] = {}
    for document in outcome["documents"]:
        names[document["trace_id"]] = "trace"
        for place, entity in _walk(document, "s"):
            names[entity["id"]] = place
            cause = entity.get("cause", {})
            for thrown in cause.get("exceptions", ()) if isinstance(cause, dict) else ():
                names[thrown["id"]] = f"{place}!"
    outcome["documents"] = [_told(document) for document in outcome["documents"]]
    text = json.dumps(outcome, default=str)
    for identity, name in names.items():
        text = text.replace(identity, name)
    text = re.sub(r"\b0x[0-9a-f]+", "0x", text)
    text = UNSAMPLED.sub("unsampled", text)  # zeros, or ids of their own
    text = re.sub(r"127\.0\.0\.1:\d+|port=\d+", "HOST", text)
    found: dict[str, Any] = json.loads(text)
    return found


def _walk(entity: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield place, entity
    for index, child in enumerate(entity.get("subsegments", ())):
        yield from _walk(child, f"{place}.{index}")


def _told(entity: Any) -> Any:
    if isinstance(entity, dict):
        untold = {*UNTOLD, *TIMES}
        told = {key: _told(value) for key, value in entity.items() if key not in untold}
        if "stack" in told:
            # Ten frames are told, of which the SDK leaves out its own: how many, is its affair.
            told["stack"] = told["stack"][-INNERMOST:]
        return told
    return [_told(one) for one in entity] if isinstance(entity, list) else entity


def main(program: str, whose: str, *options: str) -> None:
    """Make the calls."""
    logging.disable()
    if whose == "ours":
        from otel_xray import compat

        compat.install()
    core = importlib.import_module("aws_xray_sdk.core")
    core.xray_recorder.configure(service="shop", sampling=True, context_missing="IGNORE_ERROR")
    module = importlib.import_module(f"tests.compat.ext.programs.{program}")
    with running() as server:
        found = {
            name.strip("_"): observed(call, server, core.xray_recorder)
            for name, call in inspect.getmembers(module, inspect.isfunction)
            if name.startswith(("_alone_", "_call_"))
        }
    print(json.dumps(found))  # noqa: T201  a program's output


if __name__ == "__main__":
    main(*sys.argv[1:])
