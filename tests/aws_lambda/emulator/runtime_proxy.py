"""
What stands between the runtime client and the emulator's Runtime API, in the classic mode.

The emulator never sends ``Lambda-Runtime-Trace-Id``: here it is added. And since the emulator
answers its caller only when the extensions are done as well, the time that an answer takes is
measured here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

Address: TypeAlias = tuple[str, int]

NEXT = "/invocation/next"
ANSWERS = ("/response", "/error")
HOP_BY_HOP = {"connection", "content-length", "expect", "host", "transfer-encoding"}


@dataclass(slots=True)
class RuntimeProxy:
    """
    What passed between the runtime client and the emulator.

    Attributes:
        port: where the proxy listens.
        trace: the tracing header of what is handed out from now on; None: without one.
        durations: seconds from handing an event out to its answer, one an invocation.
        gaps: seconds from an answer to the request for more work, one an invocation.
        waiting: set while the runtime waits for work.
        initialization_error: what the runtime said of a function that could not be loaded.
    """

    port: int = 0
    trace: str | None = None
    durations: list[float] = field(default_factory=list[float])
    gaps: list[float] = field(default_factory=list[float])
    waiting: threading.Event = field(default_factory=threading.Event)
    initialization_error: bytes = b""
    handed_out: float = 0.0
    answered_at: float = 0.0

    def arrived(self, path: str, body: bytes) -> None:
        """Take note of a request of the runtime client."""
        if path.endswith(NEXT):
            if self.answered_at:
                self.gaps.append(time.monotonic() - self.answered_at)
            self.waiting.set()
        elif path.endswith("/init/error"):
            self.initialization_error = body
        elif path.endswith(ANSWERS):
            self.answered_at = time.monotonic()
            self.durations.append(self.answered_at - self.handed_out)

    def answered(self, path: str) -> dict[str, str]:
        """Return headers that are added to the emulator's answer."""
        if not path.endswith(NEXT):
            return {}
        self.waiting.clear()
        self.handed_out = time.monotonic()
        return {} if self.trace is None else {"Lambda-Runtime-Trace-Id": self.trace}


@contextmanager
def runtime_proxy(host: str, emulator: Address) -> Iterator[RuntimeProxy]:
    """Listen on *host*, on a free port, for what *emulator* is to get."""
    proxy = RuntimeProxy()
    server = _Server((host, 0), _handler(proxy, emulator))
    proxy.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a runtime is killed in the middle of a call, and so is the emulator."""


def _handler(proxy: RuntimeProxy, emulator: Address) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _pass(self) -> None:
            body = self._body()
            proxy.arrived(self.path, body)
            connection = HTTPConnection(*emulator)
            try:
                connection.request(self.command, self.path, body, _kept(self.headers.items()))
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, HTTPException):  # the emulator has ended
                self.close_connection = True
                return
            finally:
                connection.close()
            self.send_response(answer.status)
            more = proxy.answered(self.path)
            for name, value in {**_kept(answer.getheaders()), **more}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _pass  # noqa: N815  theirs

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = bytearray()
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return bytes(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  theirs
            """Keep quiet."""

    return Handler


def _kept(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in HOP_BY_HOP}
