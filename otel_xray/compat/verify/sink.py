"""
In the place of the X-Ray daemon: keeps what arrives, and has every request sampled.

Segments come as datagrams. Over TCP the X-Ray SDK asks the same port for sampling rules.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Python 3.10 has it only there
    from typing_extensions import Self

LOOPBACK = "127.0.0.1"
EVERYTHING: dict[str, Any] = {
    "SamplingRule": {
        "RuleName": "Default",
        "RuleARN": "arn:aws:xray:us-west-2:000000000000:sampling-rule/Default",
        "ResourceARN": "*",
        "Priority": 10000,
        "FixedRate": 1.0,
        "ReservoirSize": 0,
        "ServiceName": "*",
        "ServiceType": "*",
        "Host": "*",
        "HTTPMethod": "*",
        "URLPath": "*",
        "Version": 1,
        "Attributes": {},
    },
    "CreatedAt": 0.0,
    "ModifiedAt": 0.0,
}
_ANSWERS: dict[str, dict[str, Any]] = {
    "/GetSamplingRules": {"SamplingRuleRecords": [EVERYTHING]},
    "/SamplingTargets": {
        "SamplingTargetDocuments": [],
        "LastRuleModification": 0.0,
        "UnprocessedStatistics": [],
    },
}
_DATAGRAM = 1 << 16
_BUFFER = 4 << 20  # of the system; segments of a short program wait here
_ATTEMPTS = 50
_LAST = b"\0"  # sent by the sink to itself: all datagrams before it have been read


class Sink:
    """Receives between entering and leaving a ``with`` block; `datagrams` holds it afterwards."""

    def __init__(self) -> None:
        self.datagrams: list[bytes] = []
        self._udp, self._rules = _ports()
        self._udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._threads = (
            threading.Thread(target=self._receive, name="segments", daemon=True),
            threading.Thread(
                target=self._rules.serve_forever, args=(0.02,), name="rules", daemon=True
            ),
        )

    @property
    def address(self) -> str:
        """Where it listens, as ``AWS_XRAY_DAEMON_ADDRESS`` says it."""
        return f"{LOOPBACK}:{self._udp.getsockname()[1]}"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(_LAST, self._udp.getsockname())
        self._rules.shutdown()
        for thread in self._threads:
            thread.join()
        self._rules.server_close()
        self._udp.close()

    def _receive(self) -> None:
        while (data := self._udp.recv(_DATAGRAM)) != _LAST:
            self.datagrams.append(data)


class _Rules(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = _ANSWERS.get(self.path)
        body = json.dumps(answer or {}).encode()
        self.send_response(200 if answer is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  as it is called
        """Keep quiet: stderr is the program's."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a program that ends while it asks: that is no failure."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _ports() -> tuple[socket.socket, ThreadingHTTPServer]:
    """Return both kinds of listeners on the same free port."""
    for attempt in range(_ATTEMPTS):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind((LOOPBACK, 0))
        try:
            return udp, _Server(udp.getsockname(), _Rules)
        except OSError:  # somebody else's over TCP
            udp.close()
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError  # the loop has returned or raised
