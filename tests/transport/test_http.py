from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otel_xray.errors import TransportError
from otel_xray.transport.http import HttpTransport


class Receiver(ThreadingHTTPServer):
    """An HTTP server that keeps requests and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.connections = 0

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://127.0.0.1:{self.server_port}/v1/traces?a=b"


class Handler(BaseHTTPRequestHandler):
    """Keeps and answers one request."""

    protocol_version = "HTTP/1.1"
    server: Receiver

    def setup(self) -> None:
        """Count the connection."""
        self.server.connections += 1
        super().setup()

    def do_POST(self) -> None:
        """Keep the request and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        self.server.headers.append({**dict(self.headers), "path": self.path})
        status, headers, text = (
            self.server.answers.pop(0) if self.server.answers else (200, {}, b"")
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a running receiver."""
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_payloads_travel_over_one_connection_with_the_headers(receiver: Receiver) -> None:
    """Requests carry body, headers, path and query, and reuse the connection."""
    headers = {"Content-Type": "x/y", "Authorization": "s3cret"}
    with closing(HttpTransport(receiver.url, headers)) as transport:
        transport.send(b"one", 5)
        transport.send(b"two", 5)

    assert [b"one", b"two"] == receiver.bodies
    assert {"path": "/v1/traces?a=b", "Content-Type": "x/y", "Authorization": "s3cret"}.items() <= (
        receiver.headers[1].items()
    )
    assert 1 == receiver.connections


def test_bodies_are_compressed_when_asked(receiver: Receiver) -> None:
    """A gzipped body says so and decompresses to the payload."""
    with closing(HttpTransport(receiver.url, {}, compress=True)) as transport:
        transport.send(b"payload", 5)

    assert b"payload" == gzip.decompress(receiver.bodies[0])
    assert "gzip" == receiver.headers[0]["Content-Encoding"]


@pytest.mark.parametrize(
    ("status", "headers", "retry_after"),
    [
        (400, {}, None),
        (404, {"Retry-After": "1"}, None),
        (500, {}, None),
        (301, {"Location": "/"}, None),
        (429, {"Retry-After": "7"}, 7.0),
        (503, {}, 0.0),
        (502, {"Retry-After": "Wed, 25 Nov 2026 02:00:00 GMT"}, 0.0),
    ],
)
def test_an_answer_decides_whether_to_try_again(
    receiver: Receiver, status: int, headers: dict[str, str], retry_after: float | None
) -> None:
    """OTLP's retryable codes carry a wait; every other failure is final, and quotes the reason."""
    receiver.answers.append((status, headers, b"no\nroom"))

    with (
        closing(HttpTransport(receiver.url, {"Authorization": "s3cret"})) as transport,
        pytest.raises(TransportError, match=f"answered {status} .noroom.") as caught,
    ):
        transport.send(b"x", 5)

    assert retry_after == caught.value.retry_after
    assert "s3cret" not in str(caught.value)


def test_an_idle_connection_that_was_closed_is_replaced(receiver: Receiver) -> None:
    """A connection that the other side has closed meanwhile costs no payload."""
    receiver.answers.append((200, {"Connection": "close"}, b""))

    with closing(HttpTransport(receiver.url, {})) as transport:
        transport.send(b"one", 5)
        transport.send(b"two", 5)

    assert [b"one", b"two"] == receiver.bodies
    assert 2 == receiver.connections


def receive(connection: socket.socket) -> bytes:
    """Read a request whose body is one or two."""
    received = b""
    while not received.endswith((b"one", b"two")):
        received += connection.recv(65_536)
    return received


def test_a_connection_that_breaks_unannounced_is_replaced() -> None:
    """A kept connection that turns out dead is opened again for the same payload."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        transport = HttpTransport(f"http://127.0.0.1:{server.getsockname()[1]}/", {})
        seen: list[bytes] = []

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    seen.append(receive(connection))
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        transport.send(b"one", 5)
        transport.send(b"two", 5)
        thread.join()
        transport.close()

    assert seen[0].endswith(b"one")
    assert seen[1].endswith(b"two")


def test_nobody_listening_may_be_tried_again() -> None:
    """A refused connection names the URL and the reason."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(
        TransportError, match=f"http://127.0.0.1:{port}/ .Connection refused"
    ) as caught:
        HttpTransport(f"http://127.0.0.1:{port}/", {}).send(b"x", 5)

    assert 0.0 == caught.value.retry_after


def test_a_silent_receiver_is_given_up_in_time() -> None:
    """A server that accepts and never answers costs no more than the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        with pytest.raises(TransportError, match="timed out"):
            HttpTransport(url, {}).send(b"x", 0.2)


def test_garbage_instead_of_http_is_an_error() -> None:
    """An answer that is no HTTP is a TransportError like any other."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"\x00\x01garbage\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(TransportError, match="cannot reach"):
            HttpTransport(url, {}).send(b"x", 5)
        thread.join()
