"""A small HTTP server on the loopback: a table of routes, a thread for each connection."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

from otel_xray.errors import ConfigurationError

HOST = "127.0.0.1"

_POLL_SECONDS = 0.05  # how soon a server notices that it is to stop


@dataclass(frozen=True, slots=True)
class Request:
    """
    What a client sent.

    Attributes:
        words: the groups that the route's pattern found in the path.
        query: what follows the path's question mark.
    """

    words: tuple[str, ...]
    query: str
    headers: Message[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What it gets; Content-Length is added."""

    status: HTTPStatus
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Route: TypeAlias = tuple[str, "re.Pattern[str]", Callable[[Request], Reply]]


class Endpoint:
    """
    Serves *routes* until it is closed.

    Args:
        routes: method, pattern of the whole path, and what answers.
        port: 0 chooses a free one.

    Raises:
        ConfigurationError: the port is in use.
    """

    def __init__(self, routes: Sequence[Route], port: int = 0) -> None:
        try:
            self._server = _Server((HOST, port), _handler(routes))
        except OSError as error:
            msg = f"Cannot listen on {HOST}:{port} ({error.strerror}); choose another port."
            raise ConfigurationError(msg) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Host and port, as Lambda's variables write an address."""
        return f"{HOST}:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving; connections that are open end with their clients."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about a client that went away: functions are killed in mid-call."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _handler(routes: Sequence[Route]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def do_PUT(self) -> None:
            self._reply()

        def _reply(self) -> None:
            reply = _answer(routes, self.command, self.path, self)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  theirs
            """Keep quiet: the traces are the log."""

    return Handler


def _answer(
    routes: Sequence[Route], method: str, path: str, handler: BaseHTTPRequestHandler
) -> Reply:
    body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    plain, _, query = path.partition("?")
    for verb, pattern, respond in routes:
        found = pattern.fullmatch(plain)
        if verb == method and found:
            return respond(Request(found.groups(), query, handler.headers, body))
    return Reply(HTTPStatus.NOT_FOUND, f"There is no {method} {path} here.".encode())
