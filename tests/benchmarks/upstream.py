"""
What traced calls call: a service that answers every request alike, at once.

It lives in the process of the benchmarks, so that none of its work is counted, and looks at a
request no closer than to find its end.
"""

from __future__ import annotations

import re
import socketserver
import threading

_BODY = b'{"Item":{"orderId":{"S":"71032"},"total":{"N":"12.5"}}}'
_ANSWER = (
    b"HTTP/1.1 200 OK\r\n"
    b"Server: Server\r\n"
    b"Content-Type: application/x-amz-json-1.0\r\n"
    b"Content-Length: %d\r\n"
    b"x-amzn-RequestId: 6QTBV5FDPUJ6HMPHV4J3EXAMPLE\r\n"
    b"\r\n"
    b"%s"
) % (len(_BODY), _BODY)

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
_POLL_SECONDS = 0.05


class Upstream:
    """Serves connections that are kept alive: DynamoDB's ``GetItem`` and anything else."""

    def __init__(self) -> None:
        """Listen on a free port of the loopback interface."""
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening; open connections end with their clients."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where to call."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        while self._received():
            self.wfile.write(_ANSWER)

    def _received(self) -> bool:
        """Read one request; False at the end of the connection."""
        head = bytearray()
        while not head.endswith(_END_OF_HEAD):
            line = self.rfile.readline()
            if not line:
                return False
            head += line
        found = _LENGTH.search(head)
        self.rfile.read(int(found[1]) if found else 0)
        return True
