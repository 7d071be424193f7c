"""A datagram of an X-Ray SDK (header line and segment document) → entities."""

from __future__ import annotations

from otel_xray.console.entity import Entity, Form, Original, from_document
from otel_xray.segments.framing import parse_datagram
from otel_xray.segments.nesting import flatten
from otel_xray.segments.validation import validate


def decode(data: bytes) -> list[Entity]:
    """
    Return the segment of *data* and its subsegments, one entity each.

    One bad subsegment refuses the whole document, as X-Ray does.

    Raises:
        InvalidDocument: *data* is no segment document; the message says why.
    """
    document = parse_datagram(data)
    validate(document)
    first, *others = flatten(document)
    arrived = Original(Form.DOCUMENT, _document_text(data)) if others else Original()
    return [from_document(first, arrived), *map(from_document, others)]


def _document_text(data: bytes) -> bytes:
    """Return what follows the header line."""
    return data.partition(b"\n")[2].strip()
