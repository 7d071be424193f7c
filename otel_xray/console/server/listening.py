"""Sockets: bound before anything else starts, so that a port in use is known at once."""

from __future__ import annotations

import ipaddress
import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass

from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import Address

LOOPBACK = "127.0.0.1"

_BACKLOG = 512
_ATTEMPTS = 20
# Linux grants at most net.core.rmem_max, and says nothing when that is less
_RECEIVE_BUFFER = 8 << 20


@dataclass(frozen=True, slots=True)
class Listening:
    """
    The open sockets.

    Attributes:
        http: the page, the API and OTLP.
        otlp: the same on OTLP's usual port; the same socket if the ports are equal.
        udp: segments; always on loopback, since a datagram cannot carry a token.
        loopback: nobody from outside this machine can reach any of them.
    """

    http: socket.socket
    otlp: socket.socket
    udp: socket.socket
    loopback: bool

    def streams(self) -> list[socket.socket]:
        """Return the sockets for HTTP, each once."""
        return [self.http] if self.http is self.otlp else [self.http, self.otlp]

    def close(self) -> None:
        """Close all of them; closing twice does no harm."""
        for opened in (self.http, self.otlp, self.udp):
            opened.close()


def listen(host: str, port: int, otlp_port: int) -> Listening:
    """
    Open the sockets; port 0 takes a free one, the same for HTTP and UDP.

    Raises:
        ConfigurationError: *host* is no address of this machine, or a port is in use.
    """
    family, loopback = _resolve(host)
    with ExitStack() as undo:
        http, udp = _pair(host, port, family, loopback=loopback)
        undo.callback(http.close)
        undo.callback(udp.close)
        otlp = http if otlp_port == port != 0 else _stream(host, otlp_port, family, "--otlp-port")
        undo.pop_all()
    return Listening(http, otlp, udp, loopback)


def address(opened: socket.socket) -> Address:
    """Return where *opened* listens."""
    host, port = opened.getsockname()[:2]
    return Address(host, port)


def _resolve(host: str) -> tuple[socket.AddressFamily, bool]:
    """Return the family of *host*, and whether all it stands for is loopback."""
    try:
        found = socket.getaddrinfo(host or None, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        msg = f"The host {host!r} is not known ({error}); use --host 127.0.0.1."
        raise ConfigurationError(msg) from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    return found[0][0], bool(host) and all(item.is_loopback for item in addresses)


def _pair(
    host: str,
    port: int,
    family: socket.AddressFamily,
    *,
    loopback: bool,
    attempts: int = _ATTEMPTS,
) -> tuple[socket.socket, socket.socket]:
    """Open a stream and a datagram socket with the same port."""
    datagram_host = host if loopback else LOOPBACK
    stream = _stream(host, port, family, "--port")
    chosen = address(stream).port
    try:
        return stream, _datagram(datagram_host, chosen, family if loopback else None)
    except ConfigurationError:
        stream.close()
        if port or not attempts:  # only a free port may be tried again
            raise
    return _pair(host, port, family, loopback=loopback, attempts=attempts - 1)


def _stream(host: str, port: int, family: socket.AddressFamily, option: str) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere it would let two consoles share the port
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _bind(opened, host, port, option)
    opened.listen(_BACKLOG)
    return opened


def _datagram(host: str, port: int, family: socket.AddressFamily | None) -> socket.socket:
    opened = socket.socket(family or socket.AF_INET, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    _bind(opened, host, port, "--port", "UDP ")
    return opened


def _bind(opened: socket.socket, host: str, port: int, option: str, kind: str = "") -> None:
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        msg = (
            f"Cannot listen on {kind}{Address(host, port)}: {error.strerror}; "
            f"choose another port with {option} (0 takes a free one)."
        )
        raise ConfigurationError(msg) from error
