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
from otel_xray.segments.nesting import MAX_DEPTH
from otel_xray.segments.quoting import quoted
from otel_xray.segments.values import list_of, object_of

_ID = re.compile(r"[0-9a-f]{16}", re.ASCII | re.IGNORECASE)
_TRACE_ID = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}", re.ASCII | re.IGNORECASE)
_TOO_DEEP = f"subsegments are nested more than {MAX_DEPTH} deep; send them apart."
_TYPES = (None, "segment", "subsegment")


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    Why a document is refused.

    Attributes:
        code: X-Ray's word, as in ``ErrorCode``.
        entity: segment or subsegment.
        reason: what is wrong with which value, and what to do.
        path: where the member is, or should be; empty for the whole document.
    """

    code: str
    entity: str
    reason: str
    path: str = ""

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
    return next(refusals(document), None)


def refusals(document: Document) -> Iterator[Refusal]:
    """Yield every reason for which X-Ray would refuse *document*."""
    foreign: Json = document
    if not isinstance(foreign, dict):
        yield Refusal("ParseError", "entity", f"{quoted(foreign)} is no object.")
        return
    yield from _of_root(object_of(foreign))
    yield from _inside(object_of(foreign))


def _of_root(document: Mapping[str, Json]) -> Iterator[Refusal]:
    kind = document.get("type")
    if kind not in _TYPES:
        reason = f"type is {quoted(kind)}; write subsegment, or leave it out of a segment."
        yield Refusal("UnknownType", "entity", reason, "type")
    independent = kind == "subsegment"
    entity = "subsegment" if independent else "segment"
    yield from _of(document, (*_COMMON, *_ROOT), entity)
    if independent:
        yield from _of(document, _INDEPENDENT, entity)
    elif document.get("parent_id") is not None:
        yield from _of(document, _INDEPENDENT[1:], entity)


def _inside(document: Mapping[str, Json]) -> Iterator[Refusal]:
    waiting: list[tuple[Json, str, int]] = [(document, "", 1)]
    while waiting:
        parent, place, depth = waiting.pop()
        subsegments = parent.get("subsegments")
        here = f"{place}subsegments"
        if subsegments is not None and not isinstance(subsegments, list):
            yield Refusal("ParseError", "subsegment", f"{quoted(subsegments)} is no list.", here)
        if depth > MAX_DEPTH and subsegments:
            # Nothing after it matters, and what contains itself never ends.
            yield Refusal("ParseError", "subsegment", _TOO_DEEP, here)
            return
        for number, child in enumerate(list_of(subsegments)):
            path = f"{here}[{number}]"
            if isinstance(child, dict):
                yield from _of(object_of(child), _COMMON, "subsegment", f"{path}.")
                waiting.append((object_of(child), f"{path}.", depth + 1))
            else:
                yield Refusal("ParseError", "subsegment", f"{quoted(child)} is no object.", path)


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


def _of(
    document: Mapping[str, Json], checks: tuple[Check, ...], entity: str, place: str = ""
) -> Iterator[Refusal]:
    for code, wrong, member, remedy in checks:
        if wrong(document):
            value = document.get(member)
            reason = f"{member} is {'missing' if value is None else quoted(value)}; {remedy}"
            word = code.format(Entity=entity.capitalize())
            yield Refusal(word, entity, reason, f"{place}{member}")
