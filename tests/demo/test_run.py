"""The whole demo, for real: console, AWS, Lambda, application; and what can go wrong with it."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from otel_xray.cli import main
from otel_xray.demo import orders, run, traces
from otel_xray.demo.http_calls import call
from otel_xray.demo.orders import Order, Placed
from otel_xray.demo.report import Report
from otel_xray.demo.system import Ports

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

FREE = ["--port=0", "--otlp-port=0", "--front-port=0"]


@dataclass
class Demo:
    """A demo that runs: its process, and the directory for its temporary files."""

    process: subprocess.Popen[str]
    directory: Path

    def read_until(self, pattern: str) -> re.Match[str]:
        """Read its output up to the line in which *pattern* is found."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.search(pattern, line)
            if found:
                return found
        message = f"{pattern} was not said"
        raise AssertionError(message)

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)

    def running(self) -> list[str]:
        """Return the processes that know the directory."""
        marked = f"TMPDIR={self.directory}".encode()
        return [
            file.parent.name
            for file in Path("/proc").glob("[0-9]*/environ")
            if marked in _read(file).split(b"\0")
        ]

    def left_behind(self) -> list[str]:
        """Return what is left: processes, and temporary files."""
        return [*self.running(), *(file.name for file in self.directory.iterdir())]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended, or is somebody else's
        return b""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Return what starts a demo; it is killed with the test if it has not ended."""
    demos: list[Demo] = []

    def start(*arguments: str) -> Demo:
        process = subprocess.Popen(
            [sys.executable, "-m", "otel_xray", "demo", *arguments],
            env={**os.environ, "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        demos.append(Demo(process, tmp_path))
        return demos[-1]

    yield start
    for demo in demos:
        with demo.process:
            demo.process.kill()


def test_once_every_trace_arrives_complete(start: Callable[..., Demo]) -> None:
    """With --once the default stream of orders ends in exit code 0, all traces being complete."""
    demo = start("--once", *FREE)
    output, _ = demo.process.communicate(timeout=150)
    assert demo.process.returncode == 0, output
    assert "All 13 expected traces arrived complete." in output
    assert "Segments timeline of 1-" in output
    for phase in ("Initialization", "Invocation", "Overhead"):
        assert phase in output
    assert demo.left_behind() == []


def test_it_serves_until_ctrl_c(start: Callable[..., Demo]) -> None:
    """Without --once page and front keep answering, and Ctrl-C ends everything quickly."""
    demo = start("--orders=1", *FREE)
    console = demo.read_until(r"Open (http://\S+)/#/traces/1-")[1]
    front = demo.read_until(r"curl -X POST (http://\S+)/order/71032")[1]
    before = {summary["id"] for summary in traces.newest(console, 10)}
    assert call("POST", f"{front}/order/71032").status == 200
    deadline = time.monotonic() + 20
    after = before
    while after == before and time.monotonic() < deadline:
        after = {summary["id"] for summary in traces.newest(console, 10)}
        time.sleep(0.05)
    assert after > before
    begun = time.monotonic()
    assert demo.end(signal.SIGINT) == 0
    assert time.monotonic() - begun < 10
    assert demo.left_behind() == []


def test_ctrl_c_at_the_start_leaves_nothing(start: Callable[..., Demo]) -> None:
    """Ctrl-C while the parts are starting ends what has been started."""
    demo = start(*FREE)
    demo.read_until("Starting the console")
    time.sleep(0.5)
    assert demo.end(signal.SIGINT) == 130
    assert demo.left_behind() == []


def test_sigterm_is_like_ctrl_c(start: Callable[..., Demo]) -> None:
    """SIGTERM in the middle of the orders ends everything."""
    demo = start("--orders=1000", *FREE)
    demo.read_until("order +1/1000")
    assert demo.end(signal.SIGTERM) == 130
    assert demo.left_behind() == []


def test_a_part_that_ends_is_told(start: Callable[..., Demo]) -> None:
    """When a process of the demo dies, the demo says which, ends, and leaves nothing."""
    demo = start("--orders=1000", *FREE)
    demo.read_until("order +1/1000")
    (payment,) = [
        int(file.parent.name)
        for file in Path("/proc").glob("[0-9]*/cmdline")
        if b"otel_xray.demo.application.payment" in _read(file)
        and f"TMPDIR={demo.directory}".encode() in _read(file.with_name("environ"))
    ]
    os.kill(payment, signal.SIGKILL)
    output, _ = demo.process.communicate(timeout=60)
    assert demo.process.returncode == 2
    assert "The payment provider has ended" in output
    assert demo.left_behind() == []


@pytest.mark.parametrize("option", ["--port", "--otlp-port", "--front-port"])
def test_a_port_in_use_is_one_line(capsys: pytest.CaptureFixture[str], option: str) -> None:
    """A port that somebody has ends the demo with exit code 2 and one line that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = [one for one in FREE if not one.startswith(f"{option}=")]
        assert main(["demo", "--once", *options, f"{option}={port}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"127.0.0.1:{port}" in line
    assert option in line


def test_a_database_that_is_not_ours_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file that is no database of the console is left alone, and the demo says so."""
    file = tmp_path / "letter.txt"
    file.write_text("dear reader, " * 100)
    assert main(["demo", "--once", *FREE, f"--db={file}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(file) in line
    assert file.read_text() == "dear reader, " * 100


class Impatient(Report):
    """A report that sends Ctrl-C half a second after it was said how the demo ends."""

    def say(self, text: str) -> None:
        """Write one line."""
        super().say(text)
        if "Ctrl-C ends" in text:
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()


def test_orders_go_on_while_it_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """While serving a new order is placed now and then, until Ctrl-C."""
    monkeypatch.setattr(run, "ORDER_SECONDS", 0.01)
    monkeypatch.setattr(run, "CHECK_SECONDS", 0.01)
    placed: list[Order] = []

    def place(order: Order, front: str, aws: str) -> Placed:
        placed.append(order)
        return orders.place(order, front, aws)

    monkeypatch.setattr(run, "place", place)
    output = io.StringIO()
    options = run.Options(orders=2, ports=Ports(0, 0, 0))
    assert run.run(options, Impatient(output)) == 0
    assert "Stopping" in output.getvalue()
    assert len(placed) > 2
    assert [order.kind for order in placed[:3]] == [order.kind for order in orders.plan(3)]


def test_what_is_missing_is_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When a trace is not complete in time --once ends with 1, the gaps and the functions' logs."""
    monkeypatch.setattr(run, "COMPLETE_SECONDS", 0.0)
    assert main(["demo", "--once", "--orders=1", *FREE]) == 1
    output = capsys.readouterr().out
    assert "order 1 (good order), trace 1-" in output
    assert "  - AWS::Lambda store_order below Events is not there" in output
    assert "The end of process_order.log:" in output
    assert "arrived complete" not in output


def test_kill_9_leaves_no_process(start: Callable[..., Demo]) -> None:
    """Children that nobody can end any more end by themselves, and free the ports."""
    demo = start("--orders=1", *FREE)
    demo.read_until(r"Open (http://\S+)/#/traces/1-")
    demo.end(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while demo.running() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert demo.running() == []
