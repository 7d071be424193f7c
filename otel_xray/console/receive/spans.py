"""What both encodings of OTLP have in common: a received span, and the rules for accepting it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count

from otel_xray.console.entity import Entity, Original, from_document
from otel_xray.errors import InvalidDocument
from otel_xray.model.document import Document
from otel_xray.model.ids import SpanId
from otel_xray.model.span import SpanData
from otel_xray.segments.encode import to_documents
from otel_xray.segments.nesting import flatten

TRACE_ID_BYTES = 16
SPAN_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class ReceivedSpan:
    """
    One span of a request.

    Attributes:
        original: builds what is kept of its bytes, with its resource and scope.
    """

    span: SpanData
    original: Callable[[], Original]


@dataclass(frozen=True, slots=True)
class RefusedSpan:
    """A span that OTLP forbids; the others of its request are kept."""

    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    What came out of one OTLP request.

    Attributes:
        refused: number of spans that were refused.
        reason: why the first of them was; empty when none was.
    """

    entities: list[Entity]
    refused: int = 0
    reason: str = ""


def deliver(spans: Iterable[ReceivedSpan | RefusedSpan]) -> Delivery:
    """Translate *spans* to entities, and count those that were refused."""
    entities: list[Entity] = []
    reasons: list[str] = []
    for received in spans:
        if isinstance(received, RefusedSpan):
            reasons.append(received.reason)
            continue
        try:
            entities.extend(_entities(received))
        except InvalidDocument as error:
            reasons.append(str(error))
    return Delivery(entities, len(reasons), reasons[0] if reasons else "")


def identifier(data: bytes, length: int, field: str) -> int:
    """
    Return an id as a number.

    Raises:
        InvalidDocument: it has not *length* bytes, or all of them are zero.
    """
    number = int.from_bytes(data, "big")
    if len(data) != length or not number:
        msg = f"{field} is {data.hex()!r:.80}; it must be {length} bytes, not all zero."
        raise InvalidDocument(msg)
    return number


def parent(data: bytes) -> SpanId | None:
    """Return the parent's id; None for a root, whose field is empty or zero."""
    return identifier(data, SPAN_ID_BYTES, "parent_span_id") if data.strip(b"\0") else None


def started(time: int) -> int:
    """
    Return a start time in nanoseconds.

    Raises:
        InvalidDocument: it is zero, which OTLP defines as unknown.
    """
    if time <= 0:
        msg = f"start_time_unix_nano is {time}; a span must say when it started."
        raise InvalidDocument(msg)
    return time


def _entities(received: ReceivedSpan) -> list[Entity]:
    original = received.original()
    return [
        from_document(flat, original)
        for document in to_documents(received.span, new_id=_stable_ids(received.span))
        for flat in _flat(document)
    ]


def _stable_ids(span: SpanData) -> Callable[[], SpanId]:
    """
    Return a source of ids that depend on *span* alone.

    A span that makes two documents must make the same two when it is delivered again.
    """
    counter = count()

    def new_id() -> SpanId:
        text = f"{span.trace_id:x} {span.span_id:x} {next(counter)}"
        digest = blake2b(text.encode(), digest_size=SPAN_ID_BYTES).digest()
        return int.from_bytes(digest, "big") or 1

    return new_id


def _flat(document: Document) -> Iterable[Document]:
    return flatten(document) if "subsegments" in document else (document,)
