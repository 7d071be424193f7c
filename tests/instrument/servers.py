"""A real HTTP server that answers as it is told and keeps what it received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True)
class Answer:
    """
    One response.

    Attributes:
        missing: bytes that the head promises beyond the body; then the connection is closed.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b"{}"
    missing: int = 0


@dataclass(frozen=True)
class Request:
    """One request, its headers as they were on the wire."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        """Return each value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


class Server:
    """Gives its answers in turn, then a 200 with an empty JSON object for ever."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.answers: list[Answer] = []
        self.requests: list[Request] = []

    def trace_headers(self) -> list[str]:
        """Return the tracing headers of all requests; each request must have exactly one."""
        return [value for request in self.requests for value in request.all("X-Amzn-Trace-Id")]


@contextmanager
def running() -> Iterator[Server]:
    """Serve on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two packets

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(self.command, self.path, tuple(self.headers.items()), body)
            server.requests.append(request)
            answer = server.answers.pop(0) if server.answers else Answer()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + answer.missing))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.close_connection = self.close_connection or bool(answer.missing)

        do_POST = do_PUT = do_HEAD = do_BREW = do_GET  # noqa: N815  http.server's names

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server = Server(http.server_port)
        thread = Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
