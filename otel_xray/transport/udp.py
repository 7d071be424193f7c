"""Datagrams to the X-Ray daemon, or to whatever listens in its place."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable

from otel_xray.errors import TransportError
from otel_xray.model.limits import DATAGRAM_BYTES
from otel_xray.transport.base import NO_ANSWER

# Seconds after which a name that is not known is looked up again: that may take as long as many
# requests do, and it happens in the application's own thread.
PAUSE = 30.0


class UdpTransport:
    """
    Sends each payload as one datagram, without waiting for anybody.

    UDP has no answer: a datagram that was sent may still be lost. Where nobody listens on this
    machine the system says so at the next datagram, which is then not sent. The socket is opened
    on first use, after an error, and in a forked child; only then is the host's name looked up.
    """

    def __init__(self, host: str, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Prepare; nothing is opened yet.

        Args:
            host: name or address.
            port: of the host.
            clock: seconds; for tests.
        """
        self._address = (host, port)
        self._clock = clock
        self._socket: socket.socket | None = None
        self._owner = 0
        self._unknown: socket.gaierror | None = None
        self._look_up_at = 0.0

    def send(self, payload: bytes, timeout: float) -> bytes:  # noqa: ARG002  never waits
        """Send *payload* as one datagram of at most 65,507 bytes."""
        if len(payload) > DATAGRAM_BYTES:
            msg = f"a datagram of {len(payload)} bytes is over the limit of {DATAGRAM_BYTES}"
            raise TransportError(msg)
        try:
            self._open().send(payload)
        except OSError as error:
            self.close()
            host, port = self._address
            msg = f"cannot reach the X-Ray daemon at {host}:{port} ({error.strerror or error})"
            raise TransportError(msg) from error
        return NO_ANSWER

    def close(self) -> None:
        """Close the socket; the next payload opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open(self) -> socket.socket:
        if self._owner != os.getpid():
            self.close()
        if self._socket is None:
            family, kind, protocol, address = self._look_up()
            self._socket = socket.socket(family, kind, protocol)
            self._socket.setblocking(False)
            self._socket.connect(address)
            self._owner = os.getpid()
        return self._socket

    def _look_up(self) -> tuple[int, int, int, tuple[object, ...]]:
        if self._unknown is not None and self._clock() < self._look_up_at:
            raise self._unknown
        try:
            found = socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)
        except socket.gaierror as error:
            self._unknown = error
            self._look_up_at = self._clock() + PAUSE
            raise
        self._unknown = None
        family, kind, protocol, _, address = found[0]
        return family, kind, protocol, address
