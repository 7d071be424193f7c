"""
A ticket: a span in a short text that survives a URL, a form, and a third party's database.

``traceparent`` says the same in 55 characters, and cannot tell whether it came back whole. A ticket
is 40 characters of base64url: version, flags, trace id, span id and a checksum; 46 with an expiry;
56 or 62 when a secret signs it (HMAC-SHA256, 128 bits of it) instead of the checksum.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from otel_xray.errors import OtelXrayError
from otel_xray.model.ids import SpanId, TraceId

VERSION = 1
LONGEST = 62  # characters

_SAMPLED, _EXPIRES, _SIGNED = 1, 2, 4
_HEAD = struct.Struct(">BB16s8s")
_EXPIRY = struct.Struct(">I")
_SIGNATURE_BYTES: Mapping[bool, int] = MappingProxyType({True: 16, False: 4})


class InvalidTicket(OtelXrayError, ValueError):
    """A text that is no ticket, or one that must not be used."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """
    A span to be resumed.

    Attributes:
        expires: seconds since the epoch, from which on it is not to be used; None: never.
    """

    trace_id: TraceId
    span_id: SpanId
    sampled: bool
    expires: int | None = None


def format(ticket: Ticket, secret: str = "") -> str:  # noqa: A001  the pair of parse
    """
    Write *ticket*.

    Args:
        ticket: what is written.
        secret: signs it; without one it gets a checksum, which tells damage but no forgery.
    """
    from base64 import urlsafe_b64encode  # noqa: PLC0415  few processes write tickets

    flags = _SAMPLED * ticket.sampled | _SIGNED * bool(secret)
    flags |= _EXPIRES * (ticket.expires is not None)
    ids = ticket.trace_id.to_bytes(16, "big"), ticket.span_id.to_bytes(8, "big")
    said = _HEAD.pack(VERSION, flags, *ids)
    if ticket.expires is not None:
        said += _EXPIRY.pack(min(max(ticket.expires, 0), 0xFFFFFFFF))
    return urlsafe_b64encode(said + _seal(said, secret)).rstrip(b"=").decode()


def parse(text: str, secret: str = "") -> Ticket:
    """
    Read a ticket.

    Args:
        text: as `format` wrote it.
        secret: must have signed it, unless it is empty.

    Raises:
        InvalidTicket: it is no ticket, not whole, not signed with *secret*, or names no span.
    """
    data = _bytes(text)
    if len(data) < _HEAD.size or data[0] != VERSION:
        msg = "it is no ticket of this version"
        raise InvalidTicket(msg)
    _, flags, trace, span = _HEAD.unpack_from(data)
    size = _HEAD.size + _EXPIRY.size * bool(flags & _EXPIRES)
    signed = bool(flags & _SIGNED)
    if len(data) != size + _SIGNATURE_BYTES[signed]:
        msg = "it is not whole"
        raise InvalidTicket(msg)
    if signed is not bool(secret):
        msg = "no secret is set here that could have signed it" if signed else "it is not signed"
        raise InvalidTicket(msg)
    _check(data[:size], data[size:], secret)
    expires = _EXPIRY.unpack_from(data, _HEAD.size)[0] if flags & _EXPIRES else None
    trace_id, span_id = int.from_bytes(trace, "big"), int.from_bytes(span, "big")
    if not (trace_id and span_id):
        msg = "it names no span"
        raise InvalidTicket(msg)
    return Ticket(trace_id, span_id, bool(flags & _SAMPLED), expires)


def _bytes(text: str) -> bytes:
    """Decode base64url; what is longer than any ticket, or padded, is none."""
    from base64 import urlsafe_b64decode, urlsafe_b64encode  # noqa: PLC0415  as above

    if len(text) > LONGEST or not text.isascii():
        return b""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
    # the decoder skips what is no digit, and the last digit has bits to spare
    return data if urlsafe_b64encode(data).rstrip(b"=").decode() == text else b""


def _check(said: bytes, seal: bytes, secret: str) -> None:
    expected = _seal(said, secret)
    if not secret:
        if seal != expected:
            msg = "it was changed"
            raise InvalidTicket(msg)
        return
    from hmac import compare_digest  # noqa: PLC0415  it loads OpenSSL

    if not compare_digest(seal, expected):
        msg = "another secret signed it, or it was changed"
        raise InvalidTicket(msg)


def _seal(said: bytes, secret: str) -> bytes:
    if secret:
        import hmac  # noqa: PLC0415  it loads OpenSSL

        return hmac.digest(secret.encode(), said, "sha256")[: _SIGNATURE_BYTES[True]]
    from zlib import crc32  # noqa: PLC0415  as above

    return crc32(said).to_bytes(_SIGNATURE_BYTES[False], "big")
