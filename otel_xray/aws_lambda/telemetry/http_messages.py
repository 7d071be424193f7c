"""
HTTP/1.1 messages over a socket, as few words as Lambda's own APIs on this machine need.

Both sides are here: what is asked of the Extensions API, and what the Telemetry API posts. The
standard library's client and server would cost the cold start more than all of the rest.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import NamedTuple

LARGEST_HEAD = 1 << 14
_CHUNK = 1 << 16
_END = b"\r\n\r\n"


class Message(NamedTuple):
    """
    A request or a response.

    Attributes:
        first: its first line.
        headers: by name in lower case.
    """

    first: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def status(self) -> int:
        """Status of a response; 0 when it says none."""
        words = self.first.split(" ", 2)
        return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0


class NotHttp(ValueError):
    """What came is no message that can be read; the text says why."""


def read(connection: socket.socket, largest_body: int) -> Message:
    """
    Read one message.

    Raises:
        NotHttp: it is none, it is too large, or it does not say its length.
        OSError: it did not come.
    """
    head, body = _head(connection)
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()) or len(length) > len(str(largest_body)):
        msg = f"it has no usable length ({length[:20]!r})"
        raise NotHttp(msg)
    if int(length) > largest_body:
        msg = f"it has {length} bytes, more than {largest_body}"
        raise NotHttp(msg)
    received = bytearray(body[: int(length)])
    while len(received) < int(length):
        received += _some(connection, int(length) - len(received))
    return Message(lines[0], headers, bytes(received))


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Write a request, after which the connection is closed."""
    return _write(f"{method} {path} HTTP/1.1", {"Host": "localhost", **headers}, body)


def response(status: str) -> bytes:
    """Write a response without a body, such as to ``200 OK``."""
    return _write(f"HTTP/1.1 {status}", {}, b"")


def _write(first: str, headers: Mapping[str, str], body: bytes) -> bytes:
    whole = {**headers, "Connection": "close", "Content-Length": str(len(body))}
    lines = [first, *(f"{name}: {value}" for name, value in whole.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace") + body


def _head(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return the head, and what came of the body with it."""
    received = bytearray()
    while _END not in received:
        if len(received) > LARGEST_HEAD:
            msg = f"its head has more than {LARGEST_HEAD} bytes"
            raise NotHttp(msg)
        received += _some(connection, _CHUNK)
    head, _, body = bytes(received).partition(_END)
    return head, body


def _some(connection: socket.socket, most: int) -> bytes:
    received = connection.recv(min(most, _CHUNK))
    if not received:
        msg = "it is cut off"
        raise NotHttp(msg)
    return received
