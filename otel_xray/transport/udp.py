"""Datagrams to the X-Ray daemon, or to whatever listens in its place."""

from __future__ import annotations

import os
import socket

from otel_xray.errors import TransportError
from otel_xray.model.limits import DATAGRAM_BYTES


class UdpTransport:
    """
    Sends each payload as one datagram, without waiting for anybody.

    UDP has no answer: a datagram that was sent may still be lost, and a daemon that is not there
    is not noticed. The socket is opened on first use, and again in a forked child.
    """

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._owner = 0

    def send(self, payload: bytes, timeout: float) -> None:  # noqa: ARG002  never blocks
        """Send *payload* as one datagram of at most 65,507 bytes."""
        if len(payload) > DATAGRAM_BYTES:
            msg = (
                f"A datagram of {len(payload)} bytes cannot be sent; the limit is {DATAGRAM_BYTES}."
            )
            raise TransportError(msg)
        try:
            self._open().sendto(payload, self._address)
        except OSError as error:
            host, port = self._address
            msg = (
                f"Cannot send segments to the X-Ray daemon at {host}:{port} ({error}); "
                "check AWS_XRAY_DAEMON_ADDRESS."
            )
            raise TransportError(msg) from error

    def _open(self) -> socket.socket:
        if self._socket is None or self._owner != os.getpid():
            family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
            self._socket = socket.socket(family, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
            self._owner = os.getpid()
        return self._socket
