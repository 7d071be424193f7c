"""Every way out, as a process takes it when one variable says so, to what really receives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import grpc  # type: ignore[import-untyped]  # has no stubs
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from otel_xray.console.receive import otlp_json
from otel_xray.console.receive.spans import ReceivedSpan
from otel_xray.console.server import ConsoleServer, ConsoleSettings
from tests.exporters.aws import KEY_ID, SECRET
from tests.transport.receivers import Receiver

pytestmark = pytest.mark.slow

APPLICATION = """
from otel_xray import xray_recorder
with xray_recorder.in_segment("shop"):
    with xray_recorder.in_subsegment("pay") as pay:
        pay.put_annotation("orderId", "42")
print("order placed")
"""
AWS = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": KEY_ID,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
ASK_AT_THE_END = "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run *code* in a new interpreter, with coverage if this one measures it."""
    kept = {key: value for key, value in os.environ.items() if key.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**kept, **environ},
    )


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleServer]:
    """Run a console on free ports over an empty database."""
    settings = ConsoleSettings(tmp_path / "console.db", port=0, otlp_port=0)
    with ConsoleServer(settings) as server:
        yield server


def entities(console: ConsoleServer) -> list[str]:
    """Return the names in the only trace of the console."""
    with urlopen(f"{console.url}api/traces", timeout=20) as answer:
        (found,) = json.load(answer)["traces"]
    with urlopen(f"{console.url}api/traces/{found['id']}", timeout=20) as answer:
        text: str = answer.read().decode()
    return [name for name in ("shop", "pay") if f'"{name}"' in text]


@pytest.mark.parametrize("protocol", ["http/protobuf", "http/json"])
@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_otlp_over_http(console: ConsoleServer, protocol: str, compression: str) -> None:
    """Both encodings, compressed or not, arrive in the console."""
    done = run(
        APPLICATION,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=console.otlp_url,
        OTEL_EXPORTER_OTLP_PROTOCOL=protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION=compression,
    )

    assert ("order placed\n", "") == (done.stdout, done.stderr)
    assert ["shop", "pay"] == entities(console)


class GrpcReceiver(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps the requests and their headers."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.headers: list[dict[str, str]] = []

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802  gRPC's name
        """Keep a request."""
        self.requests.append(request)
        self.headers.append(dict(context.invocation_metadata()))
        return ExportTraceServiceResponse()


def test_otlp_over_grpc() -> None:
    """The official exporter is used when the protocol says so, with our headers."""
    kept = GrpcReceiver()
    server: Any = grpc.server(ThreadPoolExecutor(2))
    add: Any = trace_service_pb2_grpc.add_TraceServiceServicer_to_server
    add(kept, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    done = run(
        APPLICATION,
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}",
        OTEL_EXPORTER_OTLP_PROTOCOL="grpc",
        OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
        OTEL_EXPORTER_OTLP_HEADERS="X-Key=k",
    )
    server.stop(None).wait()

    assert ("order placed\n", "") == (done.stdout, done.stderr)
    ((resource_spans,),) = [request.resource_spans for request in kept.requests]
    assert ["pay", "shop"] == [span.name for span in resource_spans.scope_spans[0].spans]
    assert "k" == kept.headers[0]["x-key"]


def test_grpc_without_its_package_is_one_line() -> None:
    """The application goes on; the line says what to install, and what would do without."""
    done = run(
        'import sys; sys.modules["grpc"] = None' + APPLICATION, OTEL_EXPORTER_OTLP_PROTOCOL="grpc"
    )

    assert "order placed\n" == done.stdout
    assert (
        "Tracing is off: OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', whose exporter is not installed "
        "(grpc); run pip install 'otel-xray[otlp]', or write http/protobuf.\n"
    ) == done.stderr


def test_in_lambda_what_is_missing_is_one_line_once() -> None:
    """There exporters are made late: the function goes on, and says so once, not each time."""
    done = run(
        'import sys; sys.modules["grpc"] = None' + APPLICATION * 3,
        OTEL_EXPORTER_OTLP_PROTOCOL="grpc",
        OTEL_TRACES_EXPORTER="otlp",
        LAMBDA_TASK_ROOT="/var/task",
    )

    assert "order placed\n" * 3 == done.stdout
    assert 1 == len(done.stderr.splitlines())
    assert done.stderr.startswith("Spans are not sent: OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'")


@pytest.mark.parametrize("in_lambda", [False, True])
def test_segments_to_the_api(receiver: Receiver, in_lambda: bool) -> None:
    """PutTraceSegments gets the segment with its subsegment, in Lambda before it freezes."""
    receiver.answers.append((200, {}, b"{}"))
    environ = {"LAMBDA_TASK_ROOT": "/var/task"} if in_lambda else {}
    done = run(
        APPLICATION,
        OTEL_TRACES_EXPORTER="xray-api",
        OTEL_XRAY_FLUSH_TIMEOUT="20000",
        AWS_ENDPOINT_URL_XRAY=f"http://127.0.0.1:{receiver.server_port}",
        **AWS,
        **environ,
    )

    assert ("order placed\n", "") == (done.stdout, done.stderr)
    (text,) = json.loads(receiver.bodies[0])["TraceSegmentDocuments"]
    assert ["pay"] == [inside["name"] for inside in json.loads(text)["subsegments"]]


def test_spans_on_the_standard_output() -> None:
    """The words for people come with the application's own."""
    done = run(APPLICATION, OTEL_TRACES_EXPORTER="console")

    assert "" == done.stderr
    assert " pay (internal, unknown_service) " in done.stdout
    assert "    annotation orderId = 42\n" in done.stdout


def spans_of(lines: str) -> list[str]:
    """Return the names of the spans in *lines*, each of them a request in OTLP's JSON."""
    return [
        received.span.name
        for line in lines.splitlines()
        if line.startswith("{")
        for received in otlp_json.decode(line.encode())
        if isinstance(received, ReceivedSpan)
    ]


def test_json_on_the_standard_output() -> None:
    """For programs there are lines of OTLP."""
    done = run(APPLICATION, OTEL_TRACES_EXPORTER="console", OTEL_XRAY_STDOUT_FORMAT="json")

    assert ["pay", "shop"] == spans_of(done.stdout)


FORKING = """
import os
for _ in range(4):
    if os.fork() == 0:
        break
else:
    for _ in range(4):
        os.wait()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_file_for_several_processes(tmp_path: Path) -> None:
    """A program and its forks append their spans to one file, at the latest when they end."""
    path = tmp_path / "traces.jsonl"
    path.write_text('{"resourceSpans":[]}\n')
    done = run(
        APPLICATION + FORKING + APPLICATION, OTEL_TRACES_EXPORTER="file", OTEL_XRAY_FILE=str(path)
    )

    assert "" == done.stderr
    lines = path.read_text()
    assert '{"resourceSpans":[]}\n' == lines[: lines.index("\n") + 1]
    # before the fork, and after it in all five processes
    assert {"pay": 6, "shop": 6} == {name: spans_of(lines).count(name) for name in ("pay", "shop")}


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({"OTEL_TRACES_EXPORTER": "file"}, "set OTEL_XRAY_FILE to the path to write to."),
        ({"OTEL_XRAY_FILE": "/nowhere/traces"}, "OTEL_XRAY_FILE is '/nowhere/traces': write the"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "thrift"}, "is 'thrift': choose one of http/protobuf"),
        ({"OTEL_XRAY_STDOUT_FORMAT": "xml"}, "OTEL_XRAY_STDOUT_FORMAT is 'xml': write text or"),
        ({"OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere"}, "is '/nowhere': there is no such file."),
        ({"OTEL_EXPORTER_OTLP_CLIENT_KEY": "/dev/null"}, "is '/dev/null': there is no such file."),
        ({"OTEL_EXPORTER_OTLP_CLIENT_KEY": __file__}, "set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"),
        ({"OTEL_EXPORTER_OTLP_HEADERS": "k=a%0db"}, "_HEADERS is not usable: write name=value"),
        ({"OTEL_EXPORTER_OTLP_HEADERS": "k y=v"}, "_HEADERS is not usable: write name=value"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a/ b"}, "write a URL such as"),
        ({"OTEL_TRACES_EXPORTER": "xray_api"}, "names xray_api, but no region is set; set AWS_REG"),
        (
            {"HTTPS_PROXY": "socks5://p:1", "OTEL_EXPORTER_OTLP_ENDPOINT": "https://a.example"},
            "write http://host:port, or add a.example to NO_PROXY.",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line(environ: dict[str, str], line: str) -> None:
    """The application goes on untraced; the line has the value and the remedy."""
    files = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    done = run(APPLICATION, **files, **environ)

    assert "order placed\n" == done.stdout
    assert 1 == len(done.stderr.splitlines())
    assert done.stderr.startswith("Tracing is off: ")
    assert line in done.stderr


def test_configure_raises_what_the_environment_only_says() -> None:
    """An argument that cannot be used is the caller's mistake."""
    code = """
import otel_xray
try:
    otel_xray.configure(exporters="xray_api")
except otel_xray.errors.ConfigurationError as error:
    print(error)
"""
    done = run(
        f"import otel_xray.errors\n{code}",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    )

    assert "names xray_api, but no region is set" in done.stdout


@pytest.mark.parametrize(
    ("exporter", "unneeded"),
    [
        ("otlp", {"botocore", "requests", "grpc", "otel_xray.exporters.otlp_json"}),
        (
            "xray",
            {"botocore", "http.client", "otel_xray.exporters.otlp", "otel_xray.transport.http"},
        ),
        ("console", {"botocore", "http.client", "ssl", "otel_xray.transport.http"}),
        ("file", {"botocore", "http.client", "ssl", "otel_xray.transport.http"}),
        ("xray_otlp", {"botocore", "boto3", "requests"}),  # before anything is sent
    ],
)
def test_an_exporter_loads_what_it_needs(
    tmp_path: Path, receiver: Receiver, exporter: str, unneeded: set[str]
) -> None:
    """Nobody pays for another's way out."""
    done = run(
        APPLICATION + ASK_AT_THE_END,
        OTEL_TRACES_EXPORTER=exporter,
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{receiver.server_port}",
        AWS_ENDPOINT_URL_XRAY=f"http://127.0.0.1:{receiver.server_port}",
        AWS_XRAY_DAEMON_ADDRESS="127.0.0.1:9",
        OTEL_XRAY_FILE=str(tmp_path / "traces.jsonl"),
        **AWS,
    )

    (modules,) = [line for line in done.stdout.splitlines() if line.startswith("[")]
    assert set() == unneeded & set(json.loads(modules))
