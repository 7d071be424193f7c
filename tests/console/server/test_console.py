from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import use_span

from otel_xray.console.server import ConsoleServer, ConsoleSettings
from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.errors import ConfigurationError
from tests.console.documents import CHILD, ROOT, W3C, datagram, document, request, span

pytestmark = pytest.mark.slow

PATIENCE = 20.0


@pytest.fixture
def settings(tmp_path: Path) -> ConsoleSettings:
    """Return settings with free ports and an empty database."""
    return ConsoleSettings(tmp_path / "console.db", port=0, otlp_port=0)


@pytest.fixture
def server(settings: ConsoleSettings) -> Iterator[ConsoleServer]:
    """Run a console."""
    with ConsoleServer(settings) as running:
        yield running


def fetch(
    url: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, bytes]:
    """Send one request; a header's name is written with underscores."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, target, body, named)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def get(server: ConsoleServer, path: str) -> Any:
    """Return the JSON at *path*."""
    status, body = fetch(f"{server.url}{path}")
    assert status == 200, body
    return json.loads(body)


def wait_for_entities(server: ConsoleServer, count: int) -> None:
    """Wait until what was sent over UDP is stored."""
    end = time.monotonic() + PATIENCE
    while get(server, "api/status")["entities"] < count:
        assert time.monotonic() < end, "the datagrams did not arrive"
        time.sleep(0.02)


def test_both_ports_serve_everything(server: ConsoleServer) -> None:
    """Spans may be sent to either port, and read from either."""
    other = urlsplit(server.otlp_url)._replace(path="/").geturl()
    for base, sent in ((server.url, span()), (other, span(span_id=bytes.fromhex(CHILD)))):
        posted, _ = fetch(
            f"{base}v1/traces", "POST", request(sent), content_type="application/x-protobuf"
        )
        assert posted == 200
    for base in (server.url, other):
        status, body = fetch(f"{base}api/traces/{W3C}")
        assert (200, 2) == (status, len(json.loads(body)["rows"]))


@pytest.mark.parametrize("compression", [Compression.Gzip, Compression.NoCompression])
def test_the_official_exporter_is_understood(
    server: ConsoleServer, compression: Compression
) -> None:
    """Spans of the SDK arrive with parents, annotations and exceptions."""
    provider = TracerProvider(resource=Resource({"service.name": "shop"}))
    exporter = OTLPSpanExporter(endpoint=server.otlp_url, compression=compression)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("tests")
    attributes = {"orderId": "7", "aws.xray.annotations": ["orderId"]}
    root = tracer.start_span("root")
    with (
        suppress(ValueError),
        use_span(root, end_on_exit=True),
        tracer.start_as_current_span("child", attributes=attributes),
    ):
        msg = "no"
        raise ValueError(msg)
    provider.shutdown()
    found = get(server, f"api/traces/{root.get_span_context().trace_id:032x}")
    assert {"orderId": ["7"]} == found["trace"]["annotations"]
    assert [0, 1] == [row["depth"] for row in found["rows"]]
    assert ["fault", "fault"] == [row["status"] for row in found["rows"]]
    assert 1 == found["rows"][1]["exceptions"]


def test_datagrams_are_received_beside_http(
    server: ConsoleServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Segments of an X-Ray SDK and spans meet in one trace; bad datagrams are one line."""
    inner = {"id": CHILD, "name": "work", "start_time": 1.0, "end_time": 2.0}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(server.udp_address)
        for _ in range(50):
            sender.send(b"not a segment")
        sender.send(datagram(document(subsegments=[inner])))
    wait_for_entities(server, 2)
    assert [ROOT, CHILD] == [row["id"] for row in get(server, f"api/traces/{W3C}")["rows"]]
    received = get(server, f"api/traces/{W3C}/entities/{ROOT}")["received"]
    assert [inner] == received["subsegments"]
    assert 1 == len(caplog.records)


def test_bursts_of_datagrams_arrive_whole(server: ConsoleServer) -> None:
    """The socket is read faster than loopback fills it, while nobody parses yet."""
    count = 2_000
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(server.udp_address)
        for number in range(1, count + 1):
            sender.send(datagram(document(id=f"{number:016x}")))
            if not number % 200:  # what the kernel grants without privileges holds some 200
                time.sleep(0.02)
    wait_for_entities(server, count)


def test_the_addresses_are_told(server: ConsoleServer, settings: ConsoleSettings) -> None:
    """The ready line, the attributes and the status agree on the real ports."""
    host, port = server.udp_address
    otlp = server.otlp_url.removesuffix("v1/traces")
    assert get(server, "api/status")["listening"] == {
        "http": [server.url, otlp],
        "udp": f"{host}:{port}",
    }
    assert f"http://127.0.0.1:{port}/" == server.url
    assert server.ready_line() == (
        f"otel-xray console: {server.url} (OTLP {server.otlp_url}, "
        f"X-Ray daemon UDP {host}:{port}, database {settings.database})"
    )


def test_a_foreign_host_name_is_refused(server: ConsoleServer) -> None:
    """Nothing is read or written under another name for 127.0.0.1."""
    assert 403 == fetch(f"{server.url}api/traces", host="evil.example")[0]
    assert 403 == fetch(server.otlp_url, "POST", b"", origin="http://evil.example")[0]


def test_beyond_loopback_a_token_is_needed(settings: ConsoleSettings) -> None:
    """The page, the API and the receiver want it; it is in the printed address."""
    with ConsoleServer(replace(settings, host="0.0.0.0")) as server:
        assert server.token is not None
        assert f"{server.url}?token={server.token} " in server.ready_line()
        assert 401 == fetch(f"{server.url}api/traces")[0]
        assert 401 == fetch(server.otlp_url, "POST", request(span()))[0]
        assert 200 == fetch(f"{server.url}api/traces?token={server.token}")[0]
        sent = {"authorization": f"Bearer {server.token}", "content_type": "application/x-protobuf"}
        assert 200 == fetch(server.otlp_url, "POST", request(span()), **sent)[0]
        assert server.udp_address[0] == "127.0.0.1"


def test_leaving_frees_the_ports_and_keeps_the_traces(settings: ConsoleSettings) -> None:
    """The same ports and the same database can be used again at once."""
    with ConsoleServer(settings) as first:
        port = first.udp_address[1]
        kept_open = socket.create_connection(("127.0.0.1", port))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(datagram(document()), first.udp_address)
    kept_open.close()
    with ConsoleServer(replace(settings, port=port)) as second:
        assert 1 == get(second, "api/status")["traces"]


def test_a_console_that_cannot_start_leaves_nothing_behind(settings: ConsoleSettings) -> None:
    """A port in use touches no database, a bad database keeps no port."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ConfigurationError, match="--port"),
        ConsoleServer(replace(settings, port=taken.getsockname()[1])),
    ):
        pass  # pragma: no cover
    assert not settings.database.exists()
    settings.database.write_text("mine")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for _ in range(2):
        with (
            pytest.raises(ConfigurationError, match="--db PATH"),
            ConsoleServer(replace(settings, port=port)),
        ):
            pass  # pragma: no cover
    assert settings.database.read_text() == "mine"


def test_a_client_that_hangs_up_is_nobodys_trouble(
    server: ConsoleServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A body that never becomes whole is not stored and not logged."""
    head = (
        f"POST /v1/traces HTTP/1.1\r\nHost: {urlsplit(server.otlp_url).netloc}\r\n"
        "Content-Type: application/x-protobuf\r\nContent-Length: 1000\r\n\r\n"
    )
    with socket.create_connection(server.udp_address) as client:
        client.sendall(head.encode() + request(span()))
        time.sleep(0.1)
    assert 0 == get(server, "api/status")["entities"]
    time.sleep(0.2)
    assert [] == caplog.records


def test_a_trace_five_thousand_deep_is_answered(server: ConsoleServer) -> None:
    """Depth is no reason to fail, over the real wire."""
    spans = [
        span(
            span_id=number.to_bytes(8, "big"),
            parent_span_id=(number - 1).to_bytes(8, "big"),
            start_time_unix_nano=number,
        )
        for number in range(1, 5001)
    ]
    posted, _ = fetch(
        server.otlp_url, "POST", request(*spans), content_type="application/x-protobuf"
    )
    assert posted == 200
    assert 4999 == get(server, f"api/traces/{W3C}")["rows"][-1]["depth"]


def test_two_consoles_may_share_a_database(settings: ConsoleSettings) -> None:
    """SQLite's locks keep two writers apart, and each sees what the other stored."""
    with ConsoleServer(settings) as server, SqliteStore(settings.database) as other:
        for number in range(1, 11):
            sent = request(span(trace_id=number.to_bytes(16, "big")))
            posted, _ = fetch(server.otlp_url, "POST", sent, content_type="application/x-protobuf")
            assert posted == 200
            assert number == other.state().traces
