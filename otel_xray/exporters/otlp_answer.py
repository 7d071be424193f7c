"""What a receiver answers to OTLP: ``ExportTraceServiceResponse``, in protobuf or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from otel_xray.exporters.batches import Refusal

_REASON_LENGTH = 200
_PARTIAL_SUCCESS = 1
_REJECTED_SPANS, _ERROR_MESSAGE = 1, 2
_VARINT, _I64, _LEN, _I32 = 0, 1, 2, 5  # wire types
_FIXED = {_I64: 8, _I32: 4}
_UNSAID = "no reason given"


def refusal(answer: bytes) -> Refusal | None:
    """Return what *answer* says was refused; None for nothing, and for what is no such answer."""
    try:
        spans, reason = _json(answer) if answer.lstrip()[:1] == b"{" else _protobuf(answer)
    except (ValueError, IndexError, TypeError, AttributeError):
        return None
    if spans <= 0 and not reason:
        return None
    shown = "".join(filter(str.isprintable, reason))[:_REASON_LENGTH]
    return Refusal(max(spans, 0), shown or _UNSAID)


def _json(answer: bytes) -> tuple[int, str]:
    import json  # noqa: PLC0415  for receivers that answer in it

    said: Any = json.loads(answer).get("partialSuccess") or {}
    return int(said.get("rejectedSpans") or 0), str(said.get("errorMessage") or "")


def _protobuf(answer: bytes) -> tuple[int, str]:
    spans, reason = 0, ""
    for number, message in _fields(answer):
        if number == _PARTIAL_SUCCESS and isinstance(message, bytes):
            for inner, value in _fields(message):
                if inner == _REJECTED_SPANS and isinstance(value, int):
                    spans = value if value < 1 << 63 else 0
                elif inner == _ERROR_MESSAGE and isinstance(value, bytes):
                    reason = value.decode("utf-8", "replace")
    return spans, reason


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the numbers and values of the fields of *message*."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire_type == _LEN:
            length, at = _varint(message, at)
        else:
            length = _FIXED.get(wire_type, len(message) + 1)
        if at + length > len(message):
            msg = "the message ends inside a field"
            raise ValueError(msg)
        yield number, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004  the last of the number
            return value, at
        shift += 7
        if shift > 63:  # noqa: PLR2004  more than a number has
            msg = "a number has more than 64 bits"
            raise ValueError(msg)
