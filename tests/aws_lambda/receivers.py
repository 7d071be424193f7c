"""What stands behind a function's exporters: an X-Ray daemon and an OTLP receiver, on loopback."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Found = TypeVar("Found")

PATIENCE = 10.0


def eventually(find: Callable[[], Found], seconds: float = PATIENCE) -> Found:
    """Return what *find* returns as soon as it is true; what it is by then after the time."""
    limit = time.monotonic() + seconds
    while True:
        found = find()
        if found or time.monotonic() > limit:
            return found
        time.sleep(0.005)


class Daemon:
    """
    Keeps the segment documents that reach a UDP port.

    Attributes:
        address: value of AWS_XRAY_DAEMON_ADDRESS.
    """

    def __init__(self, udp: socket.socket) -> None:
        self._socket = udp
        host, port = udp.getsockname()
        self.address = f"{host}:{port}"
        self._documents: list[dict[str, Any]] = []

    @property
    def documents(self) -> list[dict[str, Any]]:
        """Everything that has come by now, subsegments beside the documents that they are in."""
        with self._socket.dup() as reader:
            reader.setblocking(False)
            try:
                while True:
                    self._documents.append(json.loads(reader.recv(65536).split(b"\n", 1)[1]))
            except BlockingIOError:
                return [one for document in self._documents for one in _flat(document)]

    def named(self, name: str) -> dict[str, Any]:
        """Return the only document of that name."""
        eventually(lambda: [one for one in self.documents if one["name"] == name])
        (found,) = [one for one in self.documents if one["name"] == name]
        return found

    def names(self, count: int) -> list[str]:
        """Return the names of all documents, as soon as there are so many."""
        eventually(lambda: len(self.documents) >= count)
        return [document["name"] for document in self.documents]


def _flat(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    inside = document.get("subsegments", [])
    yield {key: value for key, value in document.items() if key != "subsegments"}
    for one in inside:
        # A subsegment in a document does not repeat what follows from its place.
        around = {"parent_id": document["id"], "trace_id": document.get("trace_id")}
        yield from _flat({**around, **one})


@contextmanager
def daemon() -> Iterator[Daemon]:
    """Listen for the length of a block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        udp.bind(("127.0.0.1", 0))
        yield Daemon(udp)


@dataclass(frozen=True)
class Span:
    """A span as OTLP has it; ids in hex, times in nanoseconds."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    start: int
    end: int
    attributes: Mapping[str, Any]
    links: tuple[tuple[str, str], ...]
    status: int
    events: tuple[str, ...]
    resource: Mapping[str, Any] = field(repr=False)


class Collector(ThreadingHTTPServer):
    """
    Keeps the spans that are posted to it.

    Attributes:
        endpoint: value of OTEL_EXPORTER_OTLP_ENDPOINT.
        spans: what has come by now.
        gate: requests are answered while it is set.
    """

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        self._connections: list[socket.socket] = []
        super().__init__(("127.0.0.1", port), _Handler)
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        self.spans: list[Span] = []
        self.gate = threading.Event()
        self.gate.set()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Remember the connection."""
        connection, address = super().get_request()
        self._connections.append(connection)
        return connection, address

    def stop(self) -> None:
        """Answer nobody any more, and cut every connection, as the end of a process does."""
        self.gate.set()
        self.shutdown()
        self.server_close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def named(self, name: str) -> Span:
        """Return the only span of that name."""
        eventually(lambda: [one for one in self.spans if one.name == name])
        (found,) = [one for one in self.spans if one.name == name]
        return found

    def names(self, count: int) -> list[str]:
        """Return the names of all spans, as soon as there are so many."""
        eventually(lambda: len(self.spans) >= count)
        return [span.name for span in self.spans]


class _Handler(BaseHTTPRequestHandler):
    server: Collector
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take spans."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.gate.wait(PATIENCE)
        request = ExportTraceServiceRequest.FromString(body)
        for group in request.resource_spans:
            resource = _values(group.resource.attributes)
            for scope in group.scope_spans:
                self.server.spans.extend(_span(one, resource) for one in scope.spans)
        try:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except ConnectionError:  # the client did not wait
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing."""


def _span(span: Any, resource: Mapping[str, Any]) -> Span:
    return Span(
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.kind,
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        _values(span.attributes),
        tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
        span.status.code,
        tuple(event.name for event in span.events),
        resource,
    )


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: _value(one.value) for one in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, kind) if kind else None


@contextmanager
def collector(port: int = 0) -> Iterator[Collector]:
    """Serve for the length of a block; on any free port, if none is given."""
    server = Collector(port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
