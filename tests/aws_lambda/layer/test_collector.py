from __future__ import annotations

import http.server
import json
import os
import select
import stat
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

import pytest

from otel_xray.aws_lambda.layer import collector
from otel_xray.aws_lambda.layer.archive import write
from otel_xray.errors import ConfigurationError

XRAY = b"...exporter/awsxrayexporter..."
REGISTERS = b"http://%s/2020-01-01/extension"


def program(path: Path, *, machine: int = 62, kind: int = 2, says: bytes = XRAY) -> Path:
    """Write a file that starts as a Linux program does."""
    path.write_bytes(b"\x7fELF\x02\x01".ljust(16, b"\0") + struct.pack("<HH", kind, machine) + says)
    return path


def test_a_plain_collector_gets_a_launcher(tmp_path: Path) -> None:
    """Lambda starts the launcher, which registers; the program lies where Lambda starts nothing."""
    entries = collector.entries(program(tmp_path / "otelcol"), None, "x86_64")

    assert {
        "collector/collector": True,
        "extensions/otel-xray-collector": True,
        "collector-config/config.yaml": False,
    } == {entry.path: entry.executable for entry in entries}


def test_a_collector_that_is_built_for_lambda_is_the_extension(tmp_path: Path) -> None:
    """It registers itself, under the name that it expects, and needs no launcher."""
    binary = program(tmp_path / "c", machine=183, kind=3, says=XRAY + REGISTERS)
    entries = collector.entries(binary, None, "arm64")

    assert {"extensions/collector", "collector-config/config.yaml"} == {e.path for e in entries}


def test_a_configuration_of_the_users_own_is_taken(tmp_path: Path) -> None:
    """With it, the collector need not have what ours uses."""
    config = tmp_path / "mine.yaml"
    config.write_text("receivers: {}\n")
    entries = collector.entries(program(tmp_path / "c", says=b""), config, "x86_64")

    assert b"receivers: {}\n" == {entry.path: entry.data for entry in entries}[collector.CONFIG]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is no 64-bit program for Linux"),
        (b"#!/bin/sh\n" * 10, "is no 64-bit program for Linux"),
        (b"\x7fELF\x01\x01".ljust(32, b"\0"), "is no 64-bit program for Linux"),
    ],
)
def test_what_is_no_program_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    """Scripts, other systems' and 32-bit programs."""
    (tmp_path / "c").write_bytes(content)

    with pytest.raises(ConfigurationError, match=complaint):
        collector.entries(tmp_path / "c", None, "x86_64")


def test_a_program_for_another_processor_is_refused(tmp_path: Path) -> None:
    """The line says for which it is, and for which the layer is."""
    arm = program(tmp_path / "arm", machine=183)
    riscv = program(tmp_path / "riscv", machine=243)

    with pytest.raises(ConfigurationError, match="built for arm64, the layer for x86_64"):
        collector.entries(arm, None, "x86_64")
    with pytest.raises(ConfigurationError, match="built for processor 243, the layer for arm64"):
        collector.entries(riscv, None, "arm64")


def test_what_cannot_be_read_or_used_is_named(tmp_path: Path) -> None:
    """A missing program, a folder, a missing configuration, a collector without the exporter."""
    good = program(tmp_path / "good")
    for binary, config, complaint in (
        (tmp_path / "absent", None, "'.*absent' cannot be read: No such file"),
        (tmp_path, None, "cannot be read: Is a directory"),
        (good, tmp_path / "absent.yaml", "configuration '.*absent.yaml' cannot be read"),
        (program(tmp_path / "c", says=b""), None, "has no awsxray exporter.*--collector-config"),
    ):
        with pytest.raises(ConfigurationError, match=complaint):
            collector.entries(binary, config, "x86_64")


# --- the launcher, against Lambda's API for extensions -----------------------------------------

STAND_IN = """#!{python} -S
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: (print('stopped', flush=True), os._exit(0)))
print(os.getpid(), *sys.argv[1:], flush=True)
{then}
"""


@dataclass
class Api:
    """
    Lambda's side.

    Attributes:
        url: its host and port.
        registered: name and events of the extension.
        asked: gets an item whenever the extension waits for an event.
        events: what it is answered.
    """

    url: str = ""
    registered: list[tuple[str | None, list[str]]] = field(default_factory=list)
    asked: Queue[str | None] = field(default_factory=Queue)
    events: Queue[str] = field(default_factory=Queue)


@contextmanager
def extensions_api() -> Iterator[Api]:
    """Serve what an extension needs."""
    api = Api()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert "/2020-01-01/extension/register" == self.path
            api.registered.append((self.headers["Lambda-Extension-Name"], body["events"]))
            self.answer({}, identifier="the-id")

        def do_GET(self) -> None:
            assert "/2020-01-01/extension/event/next" == self.path
            api.asked.put(self.headers["Lambda-Extension-Identifier"])
            self.answer({"eventType": api.events.get(timeout=60)})

        def answer(self, content: dict[str, str], identifier: str | None = None) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            if identifier:
                self.send_header("Lambda-Extension-Identifier", identifier)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        api.url = f"127.0.0.1:{server.server_port}"
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()


def unpacked(folder: Path, then: str) -> Path:
    """Unpack a layer's collector that is a script, below *folder*; return the launcher."""
    entries = collector.entries(program(folder / "otelcol"), None, "x86_64")
    with (folder / "layer.zip").open("wb") as stream:
        write(entries, stream, 0)
    with zipfile.ZipFile(folder / "layer.zip") as archive:
        for item in archive.infolist():
            path = Path(archive.extract(item, folder / "opt"))
            path.chmod(stat.S_IMODE(item.external_attr >> 16))
    opt = folder / "opt"
    (opt / collector.PROGRAM).write_text(STAND_IN.format(python=sys.executable, then=then))
    launcher = opt / collector.LAUNCHER
    launcher.write_text(launcher.read_text().replace('"/opt/', f'"{opt}/'))
    return launcher


def launch(launcher: Path, api: Api, **environ: str) -> subprocess.Popen[str]:
    """Start it as Lambda does."""
    return subprocess.Popen(
        [launcher],
        env={"PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": api.url, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def await_end(process: int) -> None:
    """Wait until a process that is not this one's child has ended."""
    handle = os.pidfd_open(process)
    try:
        assert select.select([handle], [], [], 60)[0]
    finally:
        os.close(handle)


@pytest.mark.slow
def test_the_launcher_registers_and_stops_the_collector(tmp_path: Path) -> None:
    """The collector lives from Init to Shutdown, with the layer's configuration."""
    launcher = unpacked(tmp_path, "signal.pause()")
    with extensions_api() as api, launch(launcher, api) as extension:
        assert extension.stdout is not None
        words = extension.stdout.readline().split()[1:]
        for event in ("INVOKE", "INVOKE", "SHUTDOWN"):
            assert "the-id" == api.asked.get(timeout=60)
            api.events.put(event)
        out, err = extension.communicate(timeout=60)

    assert ["--config", f"{tmp_path}/opt/collector-config/config.yaml"] == words
    assert (0, "stopped\n", "") == (extension.returncode, out, err)
    assert [("otel-xray-collector", ["INVOKE", "SHUTDOWN"])] == api.registered


@pytest.mark.slow
def test_on_managed_instances_only_the_shutdown_is_asked_for(tmp_path: Path) -> None:
    """There extensions may not ask for invocations; a configuration may be named by a variable."""
    launcher = unpacked(tmp_path, "signal.pause()")
    variables = {
        "AWS_LAMBDA_MAX_CONCURRENCY": "4",
        "OPENTELEMETRY_COLLECTOR_CONFIG_URI": "/var/task/mine.yaml",
    }
    with extensions_api() as api, launch(launcher, api, **variables) as extension:
        assert extension.stdout is not None
        assert ["--config", "/var/task/mine.yaml"] == extension.stdout.readline().split()[1:]
        api.events.put("SHUTDOWN")
        extension.communicate(timeout=60)

    assert [("otel-xray-collector", ["SHUTDOWN"])] == api.registered


@pytest.mark.slow
def test_a_collector_that_ends_does_not_end_the_extension(tmp_path: Path) -> None:
    """Lambda would fail the function; it is said once instead."""
    launcher = unpacked(tmp_path, "sys.exit(3)")
    with extensions_api() as api, launch(launcher, api) as extension:
        assert extension.stdout is not None
        await_end(int(extension.stdout.readline().split()[0]))
        for event in ("INVOKE", "INVOKE", "SHUTDOWN"):
            api.events.put(event)
        _, err = extension.communicate(timeout=60)

    assert (0, "otel-xray-collector: the collector has ended with status 3\n") == (
        extension.returncode,
        err,
    )


@pytest.mark.slow
def test_a_collector_that_cannot_be_started_does_not_end_the_extension(tmp_path: Path) -> None:
    """A program that this machine does not run is said once."""
    launcher = unpacked(tmp_path, "")
    (tmp_path / "opt" / collector.PROGRAM).write_text("no program")
    with extensions_api() as api, launch(launcher, api) as extension:
        for event in ("INVOKE", "SHUTDOWN"):
            api.events.put(event)
        _, err = extension.communicate(timeout=60)

    assert 0 == extension.returncode
    assert 1 == err.count("cannot be started: [Errno")


@pytest.mark.slow
def test_the_real_collector_takes_the_configuration(real_collector: Path, tmp_path: Path) -> None:
    """It validates it, and in a layer it is an x86_64 program with the exporter."""
    entries = {entry.path: entry for entry in collector.entries(real_collector, None, "x86_64")}
    config = tmp_path / "config.yaml"
    config.write_bytes(entries[collector.CONFIG].data)
    done = subprocess.run(
        [real_collector, "validate", "--config", config],
        env={"AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert collector.LAUNCHER in entries
