from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from otel_xray.cli import console, main
from tests.console.documents import request, span

READY = re.compile(
    r"otel-xray console: http://127\.0\.0\.1:(\d+)/ "
    r"\(OTLP http://127\.0\.0\.1:(\d+)/v1/traces, X-Ray daemon UDP 127\.0\.0\.1:(\d+), "
    r"database (.+)\)\n"
)
COMMAND = (sys.executable, "-m", "otel_xray", "console", "--port", "0", "--otlp-port", "0")
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A console in a process of its own."""

    process: subprocess.Popen[str]
    otlp_port: int
    database: Path


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[Running]:
    """Start ``otel-xray console`` and wait for its line."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = READY.fullmatch(line)
            assert found is not None, line
            yield Running(process, int(found[2]), Path(found[4]))
        finally:
            process.kill()
            process.communicate()


def send(port: int, numbers: range) -> None:
    """Send one span in a trace of its own for each number; return when they are acknowledged."""
    body = request(*(span(trace_id=number.to_bytes(16, "big")) for number in numbers))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(connection):
        connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-protobuf"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise ConnectionError(answer.status)


def stored(database: Path) -> set[int]:
    """Return the traces in a database that nobody uses."""
    with closing(sqlite3.connect(database)) as connection:
        assert [("ok",)] == connection.execute("pragma integrity_check").fetchall()
        rows = connection.execute("select trace_id from trace join entity on trace.id = trace")
        return {int.from_bytes(row[0], "big") for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_everything_stored(tmp_path: Path, stop: signal.Signals) -> None:
    """Ctrl-C and SIGTERM exit with 0, say nothing, and leave one whole file."""
    with running("--db", str(tmp_path / "x.db")) as console_:
        send(console_.otlp_port, range(1, 11))
        console_.process.send_signal(stop)
        out, err = console_.process.communicate(timeout=PATIENCE)
        assert (0, "", "") == (console_.process.returncode, out, err)
    assert ["x.db"] == [file.name for file in tmp_path.iterdir()]
    assert set(range(1, 11)) == stored(tmp_path / "x.db")


@pytest.mark.slow
def test_kill_nine_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """Whatever the moment of death, a span whose request was answered is in the file."""
    database = tmp_path / "x.db"
    acknowledged: set[int] = set()
    for round_ in range(4):
        with running("--db", str(database)) as console_:
            enough = threading.Event()

            def flood(start: int, port: int, enough: threading.Event) -> None:
                for first in range(start, start + 100_000, 20):
                    numbers = range(first, first + 20)
                    try:
                        send(port, numbers)
                    except (OSError, http.client.HTTPException):
                        return
                    acknowledged.update(numbers)
                    if first > start + 200:
                        enough.set()

            threads = [
                threading.Thread(
                    target=flood,
                    args=(1 + (round_ * 3 + lane) * 1_000_000, console_.otlp_port, enough),
                )
                for lane in range(3)
            ]
            for thread in threads:
                thread.start()
            assert enough.wait(PATIENCE)
            console_.process.kill()
            for thread in threads:
                thread.join()
        assert acknowledged <= stored(database)
    assert len(acknowledged) > 400


@pytest.mark.slow
def test_the_database_lies_in_the_users_cache(tmp_path: Path) -> None:
    """Without --db it is console.db under XDG_CACHE_HOME, and the line says so."""
    with running(XDG_CACHE_HOME=str(tmp_path)) as console_:
        assert tmp_path / "otel-xray" / "console.db" == console_.database
        assert console_.database.is_file()


def test_a_database_that_is_not_ours_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, the path and the remedy on stderr, nothing on stdout."""
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    assert 2 == main(["console", "--port", "0", "--otlp-port", "0", "--db", str(path)])
    out, err = capsys.readouterr()
    assert ("", 1) == (out, err.count("\n"))
    assert f"otel-xray console: The database '{path}' cannot be used" in err
    assert path.read_text() == "mine"


@pytest.mark.parametrize("port", ["65536", "-1", "http", "٣", "9" * 5000])
def test_a_wrong_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message quotes the value and gives the range."""
    with pytest.raises(SystemExit) as ended:
        main(["console", f"--port={port}"])
    assert ended.value.code == 2
    assert f"{port!r} is not a port; write a number from 0 to 65535" in capsys.readouterr().err


def test_the_defaults_are_the_ports_that_senders_use() -> None:
    """X-Ray SDKs send to 2000, OTLP exporters to 4318, both on this machine."""
    parser = argparse.ArgumentParser()
    console.configure(parser)
    options = parser.parse_args([])
    assert ("127.0.0.1", 2000, 4318, None) == (
        options.host,
        options.port,
        options.otlp_port,
        options.db,
    )


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["uvicorn", "starlette", "opentelemetry.proto"])
def test_a_missing_extra_is_named(missing: str) -> None:
    """Without the extra's packages the command says what to install."""
    code = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == {missing!r} or name.startswith({missing + "."!r}):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
from otel_xray.cli import main
sys.exit(main(["console"]))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert 2 == ended.returncode, ended.stderr
    assert "pip install 'otel-xray[console]'" in ended.stderr
    assert 1 == ended.stderr.count("\n")


@pytest.mark.slow
def test_choosing_the_command_loads_no_server() -> None:
    """Help is printed without Starlette, uvicorn or protobuf."""
    code = """
import sys, json
from otel_xray.cli import main
try:
    main(["console", "--help"])
except SystemExit:
    loaded = {name.split(".")[0] for name in sys.modules}
    sys.stderr.write(json.dumps(sorted({"starlette", "uvicorn", "google", "anyio"} & loaded)))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert [] == json.loads(ended.stderr)
