"""
Documents as JSON and as datagrams, and back.

A datagram of the daemon's protocol is a header line and one document (developer guide, "Sending
trace data to Amazon X-Ray"). A document may have 64 kB: of a larger one the subsegments are sent
apart, and what is still too large loses its largest values, each replaced by a text that says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import cast

from otel_xray.errors import InvalidDocument
from otel_xray.model.document import Document, Json
from otel_xray.model.limits import DOCUMENT_BYTES, DOCUMENTS_PER_CALL
from otel_xray.segments import nesting, shrinking
from otel_xray.segments.values import list_of, object_of

HEADER = b'{"format":"json","version":1}\n'
MAX_DEPTH = 200  # of brackets; what nests deeper is refused before it can exhaust a stack

_QUOTED = 60
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(document: Document) -> bytes:
    """
    Return *document* as compact JSON in UTF-8.

    Raises:
        InvalidDocument: it holds something that JSON has no form for.
    """
    try:
        text = _encode(document)
    except (TypeError, ValueError, RecursionError) as error:
        name = _quoted(document.get("name"))
        msg = f"The document named {name} is no JSON: {error}."
        raise InvalidDocument(msg) from error
    return text.encode(errors="replace")


def datagrams(document: Document) -> list[bytes]:
    """
    Return *document* as datagrams: one, or as many as its subsegments need.

    Raises:
        InvalidDocument: it is no JSON, or has more than 64,000 bytes of what cannot be left out.
    """
    return [HEADER + body for body in bodies(document)]


def bodies(document: Document) -> list[bytes]:
    """
    Return *document* as JSON, or in as many parts as its subsegments need.

    Raises:
        InvalidDocument: as in `datagrams`.
    """
    body = to_json(document)
    if len(body) <= DOCUMENT_BYTES:
        return [body]
    return [to_json(part) for part in _parts(document)]


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """
    Yield *documents* as what one call of ``PutTraceSegments`` takes: at most 50, none too large.

    The subsegments of a document that is too large are documents of their own, as in `datagrams`.

    Raises:
        InvalidDocument: a document is no JSON, or has more than 64,000 bytes of what cannot be left
            out.
    """
    parts = chain.from_iterable(map(_parts, documents))
    while batch := list(islice(parts, DOCUMENTS_PER_CALL)):
        yield batch


def _parts(document: Document) -> list[Document]:
    """Return *document*, or the documents that stand for it because it is too large."""
    if len(to_json(document)) <= DOCUMENT_BYTES:
        return [document]
    return [shrinking.fit(part, to_json) for part in nesting.flatten(document)]


def parse_datagram(data: bytes) -> Document:
    """
    Read a datagram.

    Args:
        data: a header line, in any spelling of its JSON, and one document.

    Raises:
        InvalidDocument: the header or the document cannot be read; the text quotes what is there.
    """
    header, _, body = data.partition(b"\n")
    stated = _load(header, "The header of the datagram")
    members = object_of(stated)
    if str(members.get("format")).lower() != "json" or members.get("version") != 1:
        msg = (
            f"The datagram's header is {_quoted(header)}; "
            'it must be {"format":"json","version":1} and a line feed.'
        )
        raise InvalidDocument(msg)
    return parse_document(body)


def parse_document(data: bytes | str) -> Document:
    """
    Read the JSON of one document; whether X-Ray would take it is not checked.

    Raises:
        InvalidDocument: it is no JSON object.
    """
    document = _load(data, "The document")
    if not isinstance(document, dict):
        msg = f"The document is {_quoted(data)}; it must be a JSON object."
        raise InvalidDocument(msg)
    return cast("Document", document)


def _load(data: bytes | str, what: str) -> Json:
    try:
        text = data.decode() if isinstance(data, bytes) else data
        _check_depth(text)
        loaded = _decode(text)
    except (ValueError, RecursionError) as error:
        msg = f"{what} is no JSON ({error}): {_quoted(data)}"
        raise InvalidDocument(msg) from error
    # Escapes can spell half a surrogate pair, which no UTF-8 and no database can hold.
    return _well_formed(loaded) if "\\ud" in text.lower() else loaded


def _check_depth(text: str) -> None:
    """Refuse deep nesting. Brackets in strings count too, so few real documents come near."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKETS.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            msg = f"nested more than {MAX_DEPTH} deep"
            raise ValueError(msg)


_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")


def _well_formed(value: Json) -> Json:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_well_formed(item) for item in list_of(value)]
    if isinstance(value, dict):
        members = object_of(value).items()
        return {_well_formed(key): _well_formed(item) for key, item in members}
    return value


def _no_number(text: str) -> float:
    msg = f"{text} is no number of JSON"
    raise ValueError(msg)


def _number(text: str) -> float:
    value = float(text)
    return value if abs(value) != float("inf") else _no_number(text)


# Made once: json.dumps() makes one for each call that is not by its own defaults.
_encode = json.JSONEncoder(
    check_circular=False,  # a circle is nested too deep, which is found all the same
    ensure_ascii=False,
    allow_nan=False,
    separators=(",", ":"),
).encode
_decode = json.JSONDecoder(parse_constant=_no_number, parse_float=_number).decode


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."
