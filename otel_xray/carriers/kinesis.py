"""
Records of Kinesis.

Nothing but the record's data travels, so a sender is named in there, only where the user asks:
a JSON object gets the field ``_otel``, which readers who do not know it pass over; any data can
be put into an envelope, which every reader must know.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from opentelemetry.trace import SpanContext

from otel_xray.carriers import embedded, sender, w3c
from otel_xray.carriers.carried import NOTHING, Carried
from otel_xray.carriers.values import at, mapping, parsed, text

# Nine bytes, which are twelve letters of base64: a record is told by its first letters. The
# first byte begins no text (UTF-8), no JSON and no record of Kinesis's own aggregation.
MAGIC = b"\xffotel\x00\x00\x00\x01"
LENGTH_BYTES = 2

_DATA = "Data"
_BEGINNING = embedded.BEGINNING.encode()
_BEGINNINGS = (b64encode(MAGIC).decode(), b64encode(_BEGINNING).decode())


def inject(record: Mapping[str, Any], *, envelope: bool = False) -> dict[str, Any]:
    """
    Return a record that names the current span as its sender.

    Args:
        record: arguments of ``put_record``, or an entry of ``put_records``.
        envelope: put the data into an envelope, whatever it is; else only a JSON object is given
            the field ``_otel``.
    """
    span = sender.current()
    data: object = record.get(_DATA)
    if span is None or not isinstance(data, str | bytes):
        return dict(record)
    raw = data.encode() if isinstance(data, str) else data
    return {**record, _DATA: _enveloped(raw, span) if envelope else _embedded(raw, span)}


def wrap(data: bytes) -> bytes:
    """Return *data* in an envelope that names the current span; as it is outside of any trace."""
    span = sender.current()
    return data if span is None else _enveloped(data, span)


def unwrap(data: bytes) -> tuple[bytes, Carried]:
    """Return the data out of an envelope and what it carries; any other *data* as it is."""
    if not data.startswith(MAGIC):
        return data, NOTHING
    start = len(MAGIC) + LENGTH_BYTES
    end = start + int.from_bytes(data[len(MAGIC) : start], "big")
    fields = parsed(data[start:end])
    if end > len(data) or not fields:
        return data, NOTHING
    return data[end:], Carried(w3c.parse(fields))


def read(record: object) -> Carried:
    """
    Return what a record carries.

    Args:
        record: of Lambda, whose data is base64, or of boto3.
    """
    data: object = mapping(record).get(_DATA)
    if not isinstance(data, bytes):
        data = _decoded(text(at(record, "kinesis", "data")))
    if data.startswith(_BEGINNING):
        return embedded.read(parsed(data))
    return unwrap(data)[1]


def _decoded(encoded: str) -> bytes:
    """Return the data of a record that may carry something; a batch has thousands that do not."""
    if not encoded.startswith(_BEGINNINGS):
        return b""
    try:
        return b64decode(encoded)
    except ValueError:
        return b""


def _enveloped(data: bytes, span: SpanContext) -> bytes:
    fields = json.dumps(w3c.fields(span), separators=(",", ":")).encode()
    return MAGIC + len(fields).to_bytes(LENGTH_BYTES, "big") + fields + data


def _embedded(data: bytes, span: SpanContext) -> bytes:
    try:
        return embedded.write(data.decode(), span).encode()
    except UnicodeError:
        return data
