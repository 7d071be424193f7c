"""
What a document must have to be a span: ids, a name, times, and sections of the right shape.

X-Ray refuses more than this (`validation`); what can be shown is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from otel_xray.errors import InvalidDocument, InvalidTraceId
from otel_xray.model import ids, keys
from otel_xray.model.document import Json
from otel_xray.model.ids import SpanId, TraceId
from otel_xray.segments import members
from otel_xray.segments.quoting import quoted

Rest: TypeAlias = "dict[str, Json]"  # members that no attribute says yet

LATEST = 18_446_744_073  # seconds: OTLP has 64 bits for nanoseconds

_NANOSECONDS = 1_000_000_000
_TYPES = (None, members.SEGMENT, members.SUBSEGMENT)

# What a member must be for anything in it to be read.
_OBJECT = (dict, "an object")
_LIST = (list, "a list")
_SHAPES: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(("http", "aws", "sql", "service", "annotations", "metadata"), _OBJECT),
    **dict.fromkeys(("links", "precursor_ids"), _LIST),
    "cause": ((dict, str), "an object, or the id of an exception"),
    "in_progress": (bool, "true or false"),
}


def check(document: Mapping[str, Json], rest: Rest) -> None:
    """Refuse what cannot be read, and leave in *rest* what has a place to travel in."""
    name = document.get("name")
    if not isinstance(name, str) or not name:
        raise wrong(document, "name", "a text")
    if document.get("type") not in _TYPES:
        raise wrong(document, "type", "subsegment, or absent for a segment")
    for member in tuple(rest):
        shape = _SHAPES.get(member)
        if shape and rest[member] is not None and not isinstance(rest[member], shape[0]):
            raise wrong(document, member, shape[1])
        if member in members.IDENTITY:
            del rest[member]


def trace_id(document: Mapping[str, Json]) -> TraceId:
    """Return the trace id, in X-Ray's spelling or W3C's."""
    given = document.get("trace_id")
    try:
        return ids.parse_trace_id(given if isinstance(given, str) else "")
    except InvalidTraceId as error:
        raise wrong(document, "trace_id", "1-<8 hex digits>-<24 hex digits>") from error


def span_id(document: Mapping[str, Json]) -> SpanId:
    """Return the id."""
    given = document.get("id")
    found = ids.parse_span_id(given) if isinstance(given, str) else None
    if found is None:
        raise wrong(document, "id", "16 hexadecimal digits, not all zero")
    return found


def parent_id(document: Mapping[str, Json]) -> SpanId | None:
    """Return the parent's id; None when there is none."""
    given = document.get("parent_id")
    if given is None:
        return None
    found = ids.parse_span_id(given) if isinstance(given, str) else None
    if found is None:
        raise wrong(document, "parent_id", "16 hexadecimal digits, not all zero")
    return found


def time(document: Mapping[str, Json], member: str) -> int:
    """Return a time in nanoseconds; the nearest, which gives the same number of seconds again."""
    value = document.get(member)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= LATEST:
        return nanoseconds(value)
    raise wrong(document, member, f"seconds since the epoch, from 0 to {LATEST}")


def nanoseconds(seconds: float) -> int:
    """Return the nearest nanosecond, which gives the same number of seconds again."""
    whole = int(seconds)
    return whole * _NANOSECONDS + round((seconds - whole) * _NANOSECONDS)


def end(document: Mapping[str, Json], attributes: Mapping[str, Json]) -> int | None:
    """Return the end in nanoseconds; None while it is in progress."""
    if attributes.get(keys.IN_PROGRESS) is True or document.get("end_time") is None:
        return None
    return time(document, "end_time")


def wrong(document: Mapping[str, Json], member: str, remedy: str) -> InvalidDocument:
    """Return the error that names *member*, its value, and what it must be."""
    value = document.get(member)
    given = "missing" if value is None else quoted(value)
    return InvalidDocument(
        f"{member} of the document named {label(document)} is {given}; it must be {remedy}."
    )


def label(document: Mapping[str, Json]) -> str:
    """Return the name for an error's text."""
    return quoted(document.get("name"))
