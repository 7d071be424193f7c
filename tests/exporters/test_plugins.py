"""Our exporters by name, in programs that are set up by OpenTelemetry alone."""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_xray.errors import ConfigurationError
from otel_xray.exporters import plugins
from otel_xray.segments.framing import parse_datagram
from tests.exporters.test_otlp import BATCH, names
from tests.exporters.test_ways_out import AWS, spans_of
from tests.transport.receivers import Receiver

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs/how-to/send-traces.md"
OURS = {"file", "otlp_lean", "xray", "xray_api", "xray_otlp"}
APPLICATION = """
from opentelemetry import trace
from opentelemetry.sdk._configuration import _OTelSDKConfigurator
_OTelSDKConfigurator().configure()
with trace.get_tracer("application").start_as_current_span("order"):
    pass
"""
QUIET = {"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}


def run(**environ: str) -> str:
    """Run the application and return what it says."""
    kept = {key: value for key, value in os.environ.items() if key.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", APPLICATION],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**kept, **QUIET, **environ},
    )
    return done.stderr


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """Return a UDP socket in the place of the X-Ray daemon."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)
        yield listening


def address(daemon: socket.socket) -> str:
    """Return where it listens."""
    host, port = daemon.getsockname()
    return f"{host}:{port}"


def test_our_names_are_nobody_elses() -> None:
    """Each name means one exporter, whatever else is installed."""
    found = list(entry_points(group="opentelemetry_traces_exporter"))
    ours = [one.name for one in found if one.value.startswith("otel_xray.")]

    assert sorted(OURS) == sorted(ours)
    assert OURS.isdisjoint(one.name for one in found if not one.value.startswith("otel_xray."))
    assert all(issubclass(one.load(), SpanExporter) for one in found if one.name in OURS)


def test_two_of_them_by_one_variable(
    daemon: socket.socket, receiver: Receiver, tmp_path: Path
) -> None:
    """OTEL_TRACES_EXPORTER of OpenTelemetry's SDK takes our names beside its own."""
    said = run(
        OTEL_TRACES_EXPORTER="xray,otlp_lean,file,otlp_proto_http",
        AWS_XRAY_DAEMON_ADDRESS=address(daemon),
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{receiver.server_port}",
        OTEL_XRAY_FILE=str(tmp_path / "traces.jsonl"),
    )

    assert "" == said
    assert "order" == parse_datagram(daemon.recv(65_536))["name"]
    assert [["order"], ["order"]] == [names(body) for body in receiver.bodies]
    assert ["order"] == spans_of((tmp_path / "traces.jsonl").read_text())


def test_aws_by_one_variable(receiver: Receiver) -> None:
    """Both ways into X-Ray itself work without a line of ours in the program."""
    said = run(
        OTEL_TRACES_EXPORTER="xray_api,xray_otlp",
        AWS_ENDPOINT_URL_XRAY=f"http://127.0.0.1:{receiver.server_port}",
        **AWS,
    )

    asked = [headers["path"] for headers in receiver.headers]
    paths = dict(zip(asked, receiver.bodies, strict=True))
    assert "" == said
    assert ["order"] == names(paths["/v1/traces"])
    (document,) = json.loads(paths["/TraceSegments"])["TraceSegmentDocuments"]
    assert "order" == json.loads(document)["name"]


def test_the_configuration_file_of_the_documentation(
    daemon: socket.socket, receiver: Receiver, tmp_path: Path
) -> None:
    """OTEL_CONFIG_FILE sets up the same, with the file that the documentation shows."""
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    shown = shown.replace("127.0.0.1:2000", address(daemon))
    shown = shown.replace("http://localhost:4318", f"http://127.0.0.1:{receiver.server_port}")
    shown = shown.replace("/var/log/shop/traces.jsonl", str(tmp_path / "traces.jsonl"))
    file = tmp_path / "otel.yaml"
    file.write_text(shown)
    run(OTEL_CONFIG_FILE=str(file))

    assert "order" == parse_datagram(daemon.recv(65_536))["name"]
    assert [["order"]] == [names(gzip.decompress(body)) for body in receiver.bodies]
    assert ["order"] == spans_of((tmp_path / "traces.jsonl").read_text())


def test_a_member_that_is_unknown_is_refused() -> None:
    """A file that is misspelt is said at once, with what can be written."""
    with pytest.raises(
        ConfigurationError, match="exporter otlp has no member 'end_point'; it takes e"
    ):
        plugins.LeanOtlpExporter(end_point="http://localhost:4318")


def test_a_member_is_checked_as_its_variable_is(tmp_path: Path) -> None:
    """The text names the variable that says the same; null is as if nothing were written."""
    with pytest.raises(ConfigurationError, match="AWS_XRAY_DAEMON_ADDRESS is 'nowhere'"):
        plugins.DaemonExporter(daemon_address="nowhere")
    with pytest.raises(ConfigurationError, match="set OTEL_XRAY_FILE"):
        plugins.FileExporter(path=None)
    exporter = plugins.FileExporter(path=tmp_path / "traces.jsonl")

    assert SpanExportResult.SUCCESS is exporter.export(BATCH)
    assert exporter.force_flush()
    exporter.shutdown()
