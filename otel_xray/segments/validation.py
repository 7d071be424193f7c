"""
Why X-Ray would refuse a document.

The codes are those that ``PutTraceSegments`` answers in ``UnprocessedTraceSegments``; X-Ray refuses
a whole document for one bad subsegment inside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from otel_xray.errors import InvalidDocument
from otel_xray.model import limits
from otel_xray.model.document import Document, Json
from otel_xray.segments.values import list_of, object_of

_ID = re.compile(r"[0-9a-f]{16}", re.ASCII | re.IGNORECASE)
_TRACE_ID = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}", re.ASCII | re.IGNORECASE)
_TYPES = (None, "segment", "subsegment")
_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    Why a document is refused.

    Attributes:
        code: X-Ray's word, as in ``ErrorCode``.
        entity: segment or subsegment.
        reason: what is wrong with which value, and what to do.
    """

    code: str
    entity: str
    reason: str

    @property
    def message(self) -> str:
        """X-Ray's own text, as in ``Message``."""
        return f"Invalid {self.entity}. ErrorCode: {self.code}"


def validate(document: Document) -> None:
    """
    Check the members without which X-Ray refuses *document*, and those of nested subsegments.

    Raises:
        InvalidDocument: a member is missing or wrong; the text has X-Ray's word for it.
    """
    refusal = refuse(document)
    if refusal is not None:
        msg = f"{refusal.message}: {refusal.reason}"
        raise InvalidDocument(msg)


def refuse(document: Document) -> Refusal | None:
    """Return why X-Ray would refuse *document*; None when it would not."""
    foreign: Json = document
    if not isinstance(foreign, dict):
        return Refusal("ParseError", "entity", f"{_quoted(foreign)} is no object.")
    return next(_refusals(object_of(foreign)), None)


def _refusals(document: Mapping[str, Json]) -> Iterator[Refusal]:
    kind = document.get("type")
    if kind not in _TYPES:
        reason = f"type is {_quoted(kind)}; write subsegment, or leave it out of a segment."
        yield Refusal("UnknownType", "entity", reason)
    independent = kind == "subsegment"
    entity = "subsegment" if independent else "segment"
    yield from _of(document, _COMMON, entity)
    yield from _of(document, _ROOT, entity)
    if independent:
        yield from _of(document, _INDEPENDENT, entity)
    elif document.get("parent_id") is not None:
        yield from _of(document, _INDEPENDENT[1:], entity)
    yield from _inside(document)


def _inside(document: Mapping[str, Json]) -> Iterator[Refusal]:
    waiting: list[Json] = [document]
    while waiting:
        subsegments = waiting.pop().get("subsegments")
        for child in list_of(subsegments):
            if isinstance(child, dict):
                yield from _of(object_of(child), _COMMON, "subsegment")
                waiting.append(child)
            else:
                yield Refusal("ParseError", "subsegment", f"{_quoted(child)} is no object.")
        if subsegments is not None and not isinstance(subsegments, list):
            yield Refusal("ParseError", "subsegment", f"{_quoted(subsegments)} is no list.")


Test: TypeAlias = Callable[[Mapping[str, Json]], bool]
Check: TypeAlias = "tuple[str, Test, str, str]"  # code, is it wrong?, member to quote, remedy


def _absent(member: str) -> Test:
    return lambda document: document.get(member) in (None, "")


def _unlike(member: str, pattern: re.Pattern[str]) -> Test:
    def wrong(document: Mapping[str, Json]) -> bool:
        value = document.get(member)
        return not (isinstance(value, str) and pattern.fullmatch(value))

    return wrong


def _not_a_name(document: Mapping[str, Json]) -> bool:
    name = document.get("name")
    return not isinstance(name, str) or limits.name(name) != name


def _not_a_time(member: str) -> Test:
    def wrong(document: Mapping[str, Json]) -> bool:
        value = document.get(member)
        return isinstance(value, bool) or not isinstance(value, (int, float))

    return wrong


def _open(document: Mapping[str, Json]) -> bool:
    return document.get("in_progress") is True


def _without_end(document: Mapping[str, Json]) -> bool:
    return not _open(document) and _not_a_time("end_time")(document)


def _open_and_ended(document: Mapping[str, Json]) -> bool:
    return _open(document) and document.get("end_time") is not None


_HEX = "it must be 16 hexadecimal digits."
_COMMON: tuple[Check, ...] = (
    ("MissingId", _absent("id"), "id", _HEX),
    ("InvalidId", _unlike("id", _ID), "id", _HEX),
    ("MissingName", _absent("name"), "name", "give it the name of a service."),
    (
        "InvalidName",
        _not_a_name,
        "name",
        "it must be at most 200 letters, digits, blanks and _ . : / % & # = + \\ - @",
    ),
    ("MissingStartTime", _not_a_time("start_time"), "start_time", "it must be epoch seconds."),
    (
        "MissingEndTime",
        _without_end,
        "end_time",
        "it must be epoch seconds, or in_progress must be true.",
    ),
    (
        "InProgress{Entity}HasEndTime",
        _open_and_ended,
        "end_time",
        "leave it out while in_progress is true.",
    ),
)
_ROOT: tuple[Check, ...] = (
    ("MissingTraceId", _absent("trace_id"), "trace_id", "it must be 1-<8 hex>-<24 hex>."),
    (
        "InvalidTraceId",
        _unlike("trace_id", _TRACE_ID),
        "trace_id",
        "it must be 1-<8 hex>-<24 hex>.",
    ),
)
_INDEPENDENT: tuple[Check, ...] = (
    ("MissingParentId", _absent("parent_id"), "parent_id", _HEX),
    ("InvalidParentId", _unlike("parent_id", _ID), "parent_id", _HEX),
)


def _of(document: Mapping[str, Json], checks: tuple[Check, ...], entity: str) -> Iterator[Refusal]:
    for code, wrong, member, remedy in checks:
        if wrong(document):
            reason = f"{member} is {_quoted(document.get(member))}; {remedy}"
            yield Refusal(code.format(Entity=entity.capitalize()), entity, reason)


def _quoted(value: object) -> str:
    text = "missing" if value is None else repr(value)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."
