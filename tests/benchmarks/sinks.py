"""
Where the programs send to: an X-Ray daemon and an OTLP collector that keep nothing.

They live in the process of the benchmarks, so that none of their work is counted.
"""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_LARGEST = 1 << 16


class Sinks:
    """
    A bound UDP socket that nobody reads while a program runs, and an HTTP server.

    A datagram that finds the socket's buffer full is dropped by the system, at no cost to its
    sender: for a sender it is what a daemon is that cannot keep up.
    """

    def __init__(self) -> None:
        """Open both, on free ports of the loopback interface."""
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self._udp.setblocking(False)
        self._http = _Collector()
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self._udp.close()

    @property
    def daemon_address(self) -> str:
        """For ``AWS_XRAY_DAEMON_ADDRESS``."""
        host, port = self._udp.getsockname()
        return f"{host}:{port}"

    @property
    def otlp_endpoint(self) -> str:
        """For ``OTEL_EXPORTER_OTLP_ENDPOINT``."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def take(self) -> int:
        """Return the number of messages that arrived and were not dropped, and forget them."""
        requests, self._http.requests = self._http.requests, 0
        return requests + self._datagrams()

    def _datagrams(self) -> int:
        count = 0
        while True:
            try:
                self._udp.recv(_LARGEST)
            except BlockingIOError:
                return count
            count += 1


class _Collector(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.requests = 0


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Collector

    def do_POST(self) -> None:
        """Accept any number of spans."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Say nothing."""
