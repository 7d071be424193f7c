"""Receivers of HTTP requests, in the place of collectors."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext


class Receiver(ThreadingHTTPServer):
    """An HTTP server that keeps requests and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.connections = 0

    @property
    def url(self) -> str:
        """Where to post."""
        return f"{self.scheme}://127.0.0.1:{self.server_port}/v1/traces?a=b"

    def secure(self, context: SSLContext) -> None:
        """Speak TLS."""
        self.scheme = "https"
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that does not believe this server hangs up."""


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


@contextmanager
def running(context: SSLContext | None = None) -> Iterator[Receiver]:
    """Return a running receiver, which speaks TLS with a *context*."""
    with Receiver() as server:
        if context is not None:
            server.secure(context)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
