"""Where the platform posts its telemetry: a tiny HTTP server in a thread, with bounded memory."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections import deque

from otel_xray.aws_lambda.telemetry import http_messages
from otel_xray.aws_lambda.telemetry.http_messages import NotHttp

HOST = "sandbox.localdomain"  # the only name that the Telemetry API posts to
LARGEST_BODY = 1 << 20  # of one post
MOST_KEPT = 1 << 21  # bytes that wait to be taken

_LOOPBACK = "127.0.0.1"
_BACKLOG = 8
_SILENCE = 5.0  # seconds that a sender may be silent


class Listener:
    """
    Keeps what is posted until it is taken; every body is accepted, and none is read here.

    Attributes:
        lost: posts that were not kept: too large, cut off, or too many.
        uri: where to post.
    """

    def __init__(self) -> None:
        """
        Listen.

        Raises:
            OSError: there is no port.
        """
        self.lost = 0
        self._bodies: deque[bytes] = deque()
        self._kept = 0
        self._lock = threading.RLock()  # a signal's handler takes what is there, at any point
        self._socket = _listening()
        self.uri = f"http://{HOST}:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, name="otel-xray-platform", daemon=True)
        self._thread.start()

    def take(self) -> list[bytes]:
        """Return what has come, in that order, and forget it."""
        if not self._bodies:
            return []
        with self._lock:
            bodies = list(self._bodies)
            self._bodies.clear()
            self._kept = 0
            return bodies

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):  # not connected, as some systems say of any listener
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self._socket.close()
        self._thread.join(_SILENCE)

    def _serve(self) -> None:
        owner = os.getpid()
        while owner == os.getpid():
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            with connection:
                self._receive(connection)

    def _receive(self, connection: socket.socket) -> None:
        connection.settimeout(_SILENCE)
        status = "400 Bad Request"
        try:
            self._keep(http_messages.read(connection, LARGEST_BODY).body)
            status = "200 OK"
        except (NotHttp, OSError):
            self.lost += 1
        with contextlib.suppress(OSError):  # gone; what it sends again is a duplicate
            connection.sendall(http_messages.response(status))

    def _keep(self, body: bytes) -> None:
        with self._lock:
            if self._kept + len(body) > MOST_KEPT:
                self.lost += 1
                return
            self._kept += len(body)
            self._bodies.append(body)


def _listening() -> socket.socket:
    """Listen where the platform posts; where that name means nothing, on the loopback."""
    try:
        return socket.create_server((HOST, 0), backlog=_BACKLOG)
    except OSError:
        return socket.create_server((_LOOPBACK, 0), backlog=_BACKLOG)
