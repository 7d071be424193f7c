"""
`Entity`: one segment or subsegment, as the receivers make it and the store takes it.

It is the only word that both sides share. What lists, timelines and searches need stands in
fields of its own; everything else stays in ``body``, the document as JSON text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias, Union, cast

from otel_xray.errors import InvalidDocument, InvalidTraceId
from otel_xray.model import status
from otel_xray.model.document import Document, Json
from otel_xray.model.ids import SpanId, TraceId, parse_span_id, parse_trace_id

AnnotationValue: TypeAlias = Union[str, int, float, bool]

ERROR = 1
THROTTLE = 2
FAULT = 4

_INTEGER_LIMIT = 1 << 63  # SQLite's integers, and most readers', have 64 bits with sign
_CODE_LIMIT = 1000


class Kind(IntEnum):
    """What an entity is; the numbers are stored."""

    SEGMENT = 0
    SUBSEGMENT = 1


class Form(IntEnum):
    """How the received original is kept; the numbers are stored."""

    DOCUMENT = 0
    OTLP_JSON = 1
    OTLP_PROTOBUF = 2


@dataclass(frozen=True, slots=True)
class Original:
    """
    What arrived.

    Attributes:
        form: what the bytes are: a JSON document, or one span in OTLP with its resource.
        data: the bytes; None when they say the same as the entity's body.
    """

    form: Form = Form.DOCUMENT
    data: bytes | None = None


AS_PROCESSED = Original()


@dataclass(frozen=True, slots=True)
class Entity:
    """
    A segment or subsegment without its own subsegments.

    Attributes:
        start: seconds since the epoch.
        end: seconds since the epoch; None while it is not known.
        flags: ERROR, THROTTLE, FAULT, from the document's members and the HTTP status.
        code: HTTP status of the response.
        metadata: number of metadata namespaces.
        exceptions: number of exceptions.
        sql: it is a database query.
        body: the document as JSON, in ASCII.
    """

    trace_id: TraceId
    id: SpanId
    parent_id: SpanId | None
    kind: Kind
    name: str
    start: float
    end: float | None
    in_progress: bool
    origin: str | None
    namespace: str | None
    flags: int
    code: int | None
    method: str | None
    url: str | None
    user: str | None
    annotations: Mapping[str, AnnotationValue]
    metadata: int
    exceptions: int
    sql: bool
    body: str
    original: Original


def from_document(document: Document, original: Original = AS_PROCESSED) -> Entity:
    """
    Return the entity of a flat *document*.

    Raises:
        InvalidDocument: a member that every document needs is missing or of the wrong type.
    """
    members = cast("Mapping[str, Json]", document)
    end = _time(members, "end_time") if members.get("end_time") is not None else None
    request, response = _http(members, "request"), _http(members, "response")
    code = _code(response.get("status"))
    return Entity(
        trace_id=_trace_id(members.get("trace_id")),
        id=_id(members, "id"),
        parent_id=_id(members, "parent_id") if members.get("parent_id") else None,
        kind=Kind.SUBSEGMENT if members.get("type") == "subsegment" else Kind.SEGMENT,
        name=_text(members.get("name")) or "",
        start=_time(members, "start_time"),
        end=end,
        in_progress=members.get("in_progress") is True or end is None,
        origin=_text(members.get("origin")),
        namespace=_text(members.get("namespace")),
        flags=_flags(members, code),
        code=code,
        method=_text(request.get("method")),
        url=_text(request.get("url")),
        user=_text(members.get("user")),
        annotations=_annotations(members.get("annotations")),
        metadata=len(_mapping(members.get("metadata"))),
        exceptions=_exceptions(members.get("cause")),
        sql=bool(_mapping(members.get("sql"))),
        body=_body(document),
        original=original,
    )


def _trace_id(value: Json) -> TraceId:
    try:
        return parse_trace_id(value if isinstance(value, str) else repr(value))
    except InvalidTraceId as error:
        msg = f"InvalidTraceId: {error}"
        raise InvalidDocument(msg) from error


def _id(members: Mapping[str, Json], member: str) -> SpanId:
    value = members.get(member)
    found = parse_span_id(value) if isinstance(value, str) else None
    if found is None:
        msg = f"{member} is {value!r:.100}; write 16 hex digits, not all zero."
        raise InvalidDocument(msg)
    return found


def _time(members: Mapping[str, Json], member: str) -> float:
    value = members.get(member)
    try:
        if isinstance(value, (int, float)) and math.isfinite(value):
            return float(value)
    except OverflowError:  # an integer of more than 308 digits
        pass
    msg = f"{member} is {value!r:.100}; write seconds since the epoch as a number."
    raise InvalidDocument(msg)


def _text(value: Json) -> str | None:
    """Return *value* if it is a text, without the lone surrogates that UTF-8 cannot carry."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else None


def _mapping(value: Json) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", value) if isinstance(value, dict) else {}


def _http(members: Mapping[str, Json], side: str) -> Mapping[str, Json]:
    return _mapping(_mapping(members.get("http")).get(side))


def _code(value: Json) -> int | None:
    return value if isinstance(value, int) and 0 <= value < _CODE_LIMIT else None


def _flags(members: Mapping[str, Json], code: int | None) -> int:
    """
    Combine flags and HTTP status.

    X-Ray counts a throttle as no error, also when ``error`` is set (seen on the wire: 429 gives
    HasThrottle without HasError).
    """
    fault = members.get("fault") is True or code in status.FAULTS
    throttle = members.get("throttle") is True or code == status.THROTTLED
    error = (members.get("error") is True or code in status.ERRORS) and not throttle
    return FAULT * fault | THROTTLE * throttle | ERROR * error


def _annotations(value: Json) -> Mapping[str, AnnotationValue]:
    found: dict[str, AnnotationValue] = {}
    for key, item in _mapping(value).items():
        storable = _annotation(item)
        if storable is not None:
            found[_text(key) or ""] = storable
    return found


def _annotation(value: Json) -> AnnotationValue | None:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not -_INTEGER_LIMIT <= value < _INTEGER_LIMIT:
        return str(value)
    return value if isinstance(value, (int, float)) else None


def _exceptions(cause: Json) -> int:
    """Count exceptions; a cause that is a text names the exception of another entity."""
    if isinstance(cause, str):
        return 1
    exceptions: Json = _mapping(cause).get("exceptions")
    return len(cast("Sequence[Json]", exceptions)) if isinstance(exceptions, list) else 0


# made once: json.dumps with arguments makes an encoder each time
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode


def _body(document: Document) -> str:
    try:
        return _encode(document)
    except (ValueError, TypeError, RecursionError) as error:
        msg = f"The document cannot be written as JSON: {error}"
        raise InvalidDocument(msg) from error
