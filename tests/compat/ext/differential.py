"""The same application under the X-Ray SDK and under the alias, and what each sends the daemon."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from otel_xray.segments.nesting import flatten
from tests.compat.ext.exchanges import PARENT_ID, TRACE_ID

ROOT = Path(__file__).parents[3]
ALIAS = "from otel_xray import compat; compat.install(); "
RUN = "import runpy; runpy.run_module({module!r}, run_name='__main__')"
TIMES = ("start_time", "end_time")
LAMBDA = {
    "LAMBDA_TASK_ROOT": "/var/task",
    "_X_AMZN_TRACE_ID": f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1",
}
IDS = ("id", "parent_id", "trace_id", "cause")


@dataclass(frozen=True)
class Outcome:
    """
    What came of a program.

    Attributes:
        said: the JSON that it printed.
        documents: what the daemon got, in the order in which they began. Subsegments that came in
            their segment stand apart, ids are replaced by the number of their first appearance, and
            times are left out.
    """

    said: Any
    documents: list[Any]


def both(module: str, environment: Mapping[str, str] | None = None) -> tuple[Outcome, Outcome]:
    """Run *module* as a program under the X-Ray SDK, and under the alias."""
    return run(module, environment, alias=False), run(module, environment, alias=True)


def run(module: str, environment: Mapping[str, str] | None = None, *, alias: bool) -> Outcome:
    """Run *module* as a program, and return what came of it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        daemon.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{daemon.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-c", (ALIAS if alias else "") + RUN.format(module=module)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=ROOT,
            env={**os.environ, "AWS_XRAY_DAEMON_ADDRESS": address, **(environment or {})},
        )
        assert 0 == done.returncode, done.stderr
        received = sorted(_received(daemon), key=lambda document: document["start_time"])
    names: dict[str, str] = {}
    return Outcome(json.loads(done.stdout), [_normal(document, names) for document in received])


def _received(daemon: socket.socket) -> list[Any]:
    daemon.setblocking(False)
    found: list[Any] = []
    while True:
        try:
            document = json.loads(daemon.recv(65536).partition(b"\n")[2])
        except BlockingIOError:
            return found
        found.extend(flatten(document))


def _normal(value: Any, names: dict[str, str]) -> Any:
    """Return *value* without what differs at each run."""
    if isinstance(value, list):
        return [_normal(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, one in sorted(value.items()):
        if key in IDS and isinstance(one, str):
            found[key] = names.setdefault(one, f"id {len(names)}")
        elif key not in TIMES:
            found[key] = _normal(one, names)
    return found
