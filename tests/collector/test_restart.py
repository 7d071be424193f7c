"""A collector that is killed while programs send."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collector.running import Ports, running
from tests.collector.test_delivery import to_sink
from tests.collector.waiting import wait_until
from tests.segments.collector import process

pytestmark = pytest.mark.slow

# Records one span a line that it reads, so that the test says when.
PROGRAM = """
import sys

import otel_xray

otel_xray.configure(service="shop")
tracer = otel_xray.Tracer(service="shop")
for line in sys.stdin:
    with tracer.provider.in_segment(line.strip()):
        pass
"""


def test_nothing_unacknowledged_is_lost(full: str, tmp_path: Path) -> None:
    """With xray.yaml an answer means that X-Ray has the spans: the rest is sent again."""
    ports = Ports()
    known = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    endpoint = f"http://127.0.0.1:{ports.http}"
    environment = {
        **known,
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_TIMEOUT": "60000",  # as long as a slow machine may need to start it
        "OTEL_BSP_SCHEDULE_DELAY": "50",
    }
    with (
        process.sink() as xray,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        ) as program,
    ):
        assert program.stdin is not None

        def record(first: int, last: int) -> None:
            assert program.stdin is not None
            program.stdin.writelines(f"work {number}\n" for number in range(first, last))
            program.stdin.flush()

        with running(full, "xray", tmp_path, to_sink(xray), ports=ports) as first:
            record(0, 100)
            wait_until(lambda: xray.documents)
            record(100, 200)
            first.process.kill()
            first.process.wait()
            record(200, 300)
        with running(full, "xray", tmp_path, to_sink(xray), ports=ports):
            record(300, 400)
            wanted = {f"work {number}" for number in range(400)}
            wait_until(lambda: wanted == {document["name"] for document in xray.documents})
            program.stdin.close()
            assert program.wait(60) == 0
