"""A real collector with one of our files, on free ports of loopback."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from otel_xray.exporters.otlp_encoding import encode
from otel_xray.model.span import SpanData
from tests.collector import files
from tests.segments.collector import process

SECONDS = 60


def free_daemon_port() -> int:
    """Return a port that is free for UDP and for TCP."""
    while True:
        port = process.free_port()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@dataclass(frozen=True, slots=True)
class Ports:
    """Where one collector listens."""

    grpc: int = field(default_factory=process.free_port)
    http: int = field(default_factory=process.free_port)
    health: int = field(default_factory=process.free_port)
    daemon: int = field(default_factory=free_daemon_port)
    own: int = field(default_factory=process.free_port)


@dataclass(frozen=True, slots=True)
class Collector:
    """A running collector."""

    ports: Ports
    process: subprocess.Popen[bytes]
    log: Path

    def send(self, *spans: SpanData) -> int:
        """Send *spans* over HTTP and return the answer's status."""
        connection = HTTPConnection("127.0.0.1", self.ports.http, timeout=SECONDS)
        try:
            headers = {"Content-Type": "application/x-protobuf"}
            connection.request("POST", "/v1/traces", encode(spans), headers)
            return connection.getresponse().status
        finally:
            connection.close()


def moved(config: files.Configuration, ports: Ports) -> files.Configuration:
    """Return what must be laid over *config* so that it listens on *ports*."""
    overlay: files.Configuration = {"receivers": {}, "extensions": {}}
    local = "127.0.0.1"
    if "otlp" in config["receivers"]:
        protocols = {
            "grpc": {"endpoint": f"{local}:{ports.grpc}"},
            "http": {"endpoint": f"{local}:{ports.http}"},
        }
        overlay["receivers"]["otlp"] = {"protocols": protocols}
    if "otlp/xray" in config["receivers"]:
        own = f"{local}:{ports.own}"
        overlay["receivers"]["otlp/xray"] = {"protocols": {"http": {"endpoint": own}}}
        overlay["exporters"] = {"otlp_http/xray": {"endpoint": f"http://{own}"}}
    if "awsxray" in config["receivers"]:
        daemon = f"{local}:{ports.daemon}"
        overlay["receivers"]["awsxray"] = {"endpoint": daemon, "proxy_server": {"endpoint": daemon}}
    for name, port in (("health_check", ports.health), ("awsproxy", ports.daemon)):
        if name in (config.get("extensions") or {}):
            overlay["extensions"][name] = {"endpoint": f"{local}:{port}"}
    overlay["service"] = {"telemetry": {"metrics": {"level": "none"}}}
    return overlay


def environment(name: str, home: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return what the process may see: what the file needs, and nothing of the machine's own."""
    required, _ = files.variables(name)
    placeholders = {variable: files.PLACEHOLDERS[variable] for variable in required}
    return {**process.environment(home), **placeholders, **given}


def arguments(folder: Path, config: Path, overlays: Sequence[files.Configuration]) -> list[str]:
    """Return the words that name *config* and, over it, *overlays*."""
    words = ["--config", str(config)]
    for number, overlay in enumerate(overlays):
        path = folder / f"overlay-{number}.json"  # JSON is YAML
        path.write_text(json.dumps(overlay))
        words += ["--config", str(path)]
    return words


@contextmanager
def running(
    binary: str,
    name: str,
    folder: Path,
    overlay: Mapping[str, Any] | None = None,
    *,
    ports: Ports | None = None,
    config: Path | None = None,
    **given: str,
) -> Iterator[Collector]:
    """
    Run *binary* with a file.

    Args:
        binary: the collector.
        name: of the file.
        folder: for what the collector writes.
        overlay: laid over the file.
        ports: where it listens.
        config: the file itself, where it is not that of *name*.
        given: environment variables.
    """
    home = folder / f"collector-{name}"
    home.mkdir(exist_ok=True)
    ports, log = ports or Ports(), home / "log"
    overlays = [moved(files.configuration(name), ports), dict(overlay or {})]
    words = arguments(home, config or files.path(name), overlays)
    with log.open("ab") as output:
        started = subprocess.Popen(
            [binary, *words], env=environment(name, home, given), stdout=output, stderr=output
        )
    try:
        process.wait_for(ports.http, started, log)
        yield Collector(ports, started, log)
    finally:
        process.stop(started)
