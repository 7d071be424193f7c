"""Where a function's spans go in the tests: a daemon and a collector."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Generic, TypeVar

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

LOOPBACK = "127.0.0.1"
SECONDS = 60  # patience with a busy machine
POLL = 0.02

Item = TypeVar("Item")


@dataclass
class Received(Generic[Item]):
    """
    What has arrived.

    Attributes:
        port: where it is received, on the loopback.
        items: in the order of their arrival.
    """

    port: int = 0
    items: list[Item] = field(default_factory=list[Item])
    arrival: threading.Condition = field(default_factory=threading.Condition)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{LOOPBACK}:{self.port}"

    def put(self, *items: Item) -> None:
        """Take what has arrived."""
        with self.arrival:
            self.items.extend(items)
            self.arrival.notify_all()

    def wait_for(self, what: Callable[[Item], bool]) -> Item:
        """Return the first one that is *what*, as soon as it is there."""
        found: list[Item] = []

        def arrived() -> bool:
            found[:] = filter(what, self.items)
            return bool(found)

        with self.arrival:
            assert self.arrival.wait_for(arrived, SECONDS), self.items
        return found[0]


@dataclass(frozen=True, slots=True)
class SeenSpan:
    """A span as a collector gets it; ids in hexadecimal digits, "" for none."""

    name: str
    kind: int
    trace_id: str
    span_id: str
    parent_id: str
    start: int
    end: int
    attributes: Mapping[str, Any]
    resource: Mapping[str, Any]
    status: int
    status_message: str
    events: tuple[tuple[str, Mapping[str, Any]], ...]
    links: tuple[tuple[str, str], ...]


class Daemon(Received["dict[str, Any]"]):
    """What an X-Ray daemon was sent: segment documents."""

    @property
    def variables(self) -> dict[str, str]:
        """What makes a function send to it."""
        return {"AWS_XRAY_DAEMON_ADDRESS": self.address}

    def wait_for_entity(self, **members: Any) -> dict[str, Any]:
        """Return the first segment or subsegment with *members*, as soon as it is there."""
        wanted = members.items()

        def has(document: dict[str, Any]) -> bool:
            return any(wanted <= _plain(entity).items() for entity in entities(document))

        document = self.wait_for(has)
        return next(e for e in entities(document) if wanted <= _plain(e).items())


class Collector(Received[SeenSpan]):
    """What a collector was sent: spans, by OTLP over HTTP."""

    @property
    def variables(self) -> dict[str, str]:
        """What makes a function send to it."""
        return endpoint(self.address)


def endpoint(address: str) -> dict[str, str]:
    """Return what makes a function send to the collector at *address*."""
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}"}


def entities(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a segment and everything in it."""
    yield document
    for part in document.get("subsegments", ()):
        yield from entities(part)


def _plain(entity: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entity.items() if not isinstance(value, (dict, list))}


@contextmanager
def daemon() -> Iterator[Daemon]:
    """Receive segment documents; all that was sent is there when the block has ended."""
    received, ended = Daemon(), threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        receiver.bind((LOOPBACK, 0))
        receiver.settimeout(POLL)
        received.port = receiver.getsockname()[1]

        def receive() -> None:
            while True:
                try:
                    datagram = receiver.recv(1 << 16)
                except TimeoutError:
                    if ended.is_set():
                        return
                    continue
                header, _, text = datagram.partition(b"\n")
                assert {"format": "json", "version": 1} == json.loads(header)
                received.put(json.loads(text))

        thread = threading.Thread(target=receive)
        thread.start()
        try:
            yield received
        finally:
            ended.set()
            thread.join()


@contextmanager
def collector(port: int = 0) -> Iterator[Collector]:
    """Receive spans; all that was sent is there when the block has ended; *port* 0: any."""
    received = Collector()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 0.5  # a connection that is kept open must not keep the test waiting

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put(*_spans(body))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  theirs
            """Keep quiet."""

    server = _Server((LOOPBACK, port), Handler)
    received.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(POLL,))
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # what is being received is waited for
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a function ends in the middle of a call."""


def _spans(body: bytes) -> Iterator[SeenSpan]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        described = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield SeenSpan(
                    name=span.name,
                    kind=span.kind,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    start=span.start_time_unix_nano,
                    end=span.end_time_unix_nano,
                    attributes=_attributes(span.attributes),
                    resource=described,
                    status=span.status.code,
                    status_message=span.status.message,
                    events=tuple((e.name, _attributes(e.attributes)) for e in span.events),
                    links=tuple((li.trace_id.hex(), li.span_id.hex()) for li in span.links),
                )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    found: Any = getattr(value, kind) if kind else None
    return [_value(item) for item in found.values] if kind == "array_value" else found
