"""The real collector takes what every kind of OTLP sends, and what the file keeps."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.exporters.test_ways_out import APPLICATION, run, spans_of
from tests.segments.collector import process
from tests.segments.collector.conftest import binary  # noqa: F401  a fixture

pytestmark = pytest.mark.slow

CONFIGURATION = """
receivers:
  otlp:
    protocols:
      http: {{endpoint: "127.0.0.1:{http}"}}
      grpc: {{endpoint: "127.0.0.1:{grpc}"}}
exporters:
  file: {{path: "{path}"}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [otlp], exporters: [file]}}
"""


class Collector(NamedTuple):
    """A running collector: its ports, where it writes, and its process."""

    http: int
    grpc: int
    path: Path
    running: subprocess.Popen[bytes]


@pytest.fixture
def collector(binary: str, tmp_path: Path) -> Iterator[Collector]:  # noqa: F811  as above
    """Run the collector for one test."""
    http, grpc, path = process.free_port(), process.free_port(), tmp_path / "received.jsonl"
    configuration, log = tmp_path / "collector.yaml", tmp_path / "log"
    configuration.write_text(CONFIGURATION.format(http=http, grpc=grpc, path=path))
    with log.open("wb") as output:
        running = subprocess.Popen(
            [binary, "--config", configuration], stdout=output, stderr=output, env={**os.environ}
        )
    try:
        process.wait_for(http, running, log)
        yield Collector(http, grpc, path, running)
    finally:
        process.stop(running)


@pytest.mark.parametrize("protocol", ["http/protobuf", "http/json", "grpc"])
@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_the_collector_takes_every_protocol(
    collector: Collector, protocol: str, compression: str, tmp_path: Path
) -> None:
    """What the collector writes down is what the file exporter does."""
    port = collector.grpc if protocol == "grpc" else collector.http
    own = tmp_path / "own.jsonl"
    done = run(
        APPLICATION,
        OTEL_TRACES_EXPORTER="otlp,file",
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}",
        OTEL_EXPORTER_OTLP_PROTOCOL=protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION=compression,
        OTEL_XRAY_FILE=str(own),
    )

    process.stop(collector.running)  # it writes the rest of the file then
    assert "" == done.stderr
    assert ["pay", "shop"] == spans_of(collector.path.read_text())
    assert _plain(collector.path) == _plain(own)


def _plain(path: Path) -> object:
    """Return the spans of a file without what the collector leaves out or adds."""
    (line,) = path.read_text().splitlines()
    (resource_spans,) = json.loads(line)["resourceSpans"]
    return [
        {name: value for name, value in span.items() if value and name != "flags"}
        for scope_spans in resource_spans["scopeSpans"]
        for span in scope_spans["spans"]
    ]
