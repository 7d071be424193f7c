"""A server on loopback that the programs call, and which prints the tracing headers it gets."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_STATUS = "/status/"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self._read()
        status = int(self.path[len(_STATUS) :]) if self.path.startswith(_STATUS) else 200
        header = self.headers.get("X-Amzn-Trace-Id") or ""
        fields = [field.partition("=")[0] for field in header.split(";") if field]
        body = json.dumps({"fields": fields, "target": self.headers.get("X-Amz-Target")}).encode()
        if self.headers.get("X-Amz-Target"):
            body = self.server.answers.get(self.headers["X-Amz-Target"], b"{}")
        if "/s3/" in (self.headers.get("Authorization") or ""):
            body = b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("x-amzn-RequestId", "REQUEST-1")
        self.send_header("ETag", '"0123456789abcdef0123456789abcdef"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _read(self) -> None:
        """Read what was sent, in one piece or in chunks."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            self.rfile.read(size + 2)
        while self.rfile.readline().strip():
            pass

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet."""


@contextmanager
def server(answers: dict[str, bytes] | None = None) -> Iterator[str]:
    """Yield the address of a server that answers everything."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    serving.answers = answers or {}
    thread = threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_address[1]}"
    finally:
        serving.shutdown()
        serving.server_close()
