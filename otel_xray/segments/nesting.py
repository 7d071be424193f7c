"""
Subsegments inside a document, and as independent documents.

An X-Ray SDK sends a segment with its subsegments inside; X-Ray takes both forms (developer guide,
"X-Ray segment documents", Subsegments). The independent form needs to say what nesting said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from otel_xray.errors import InvalidDocument
from otel_xray.model.document import Document, Json
from otel_xray.segments.quoting import quoted
from otel_xray.segments.values import list_of

SUBSEGMENT = "subsegment"
MAX_DEPTH = 500  # of nested subsegments
DEPTH_OF_NEST = 30  # that `nest` makes; readers of JSON have limits too


def flatten(document: Document) -> Iterator[Document]:
    """
    Yield *document* without its subsegments, then each of them as one of its own.

    Parents come before their children. Nothing of *document* is changed; members other than
    ``subsegments`` are shared with it.

    Raises:
        InvalidDocument: ``subsegments`` is no list of objects, or they are nested too deep.
    """
    waiting: list[tuple[Document, str]] = [(document, "")]
    while waiting:
        current, place = waiting.pop()
        yield _alone(current)
        inside = [
            (_independent(child, current, document), here)
            for child, here in _children(current, place)
        ]
        waiting.extend(reversed(inside))


def nest(documents: Sequence[Document]) -> list[Document]:
    """
    Return *documents* with the subsegments inside their parents, as far as those are among them.

    Args:
        documents: in the order in which they ended, so that children come before their parents;
            a child that comes after its parent stays what it is. They are changed.
    """
    if len(documents) == 1:
        return list(documents)
    places = {(one.get("trace_id"), one.get("id")): place for place, one in enumerate(documents)}
    depths = [1] * len(documents)
    outermost: list[Document] = []
    for place, one in enumerate(documents):
        around = places.get((one.get("trace_id"), one.get("parent_id", "")), -1)
        if one.get("type") != SUBSEGMENT or around <= place or depths[place] >= DEPTH_OF_NEST:
            outermost.append(one)
            continue
        depths[around] = max(depths[around], depths[place] + 1)
        del one["trace_id"], one["parent_id"], one["type"]
        documents[around].setdefault("subsegments", []).append(one)
    return outermost


def _children(document: Document, place: str) -> Iterator[tuple[Json, str]]:
    subsegments: Json = document.get("subsegments")
    if subsegments is None:
        return
    here = f"{place}.subsegments" if place else "subsegments"
    if not isinstance(subsegments, list):
        msg = f"{here} is {quoted(subsegments)}; it must be a list of subsegments."
        raise InvalidDocument(msg)
    if here.count("subsegments") > MAX_DEPTH:
        msg = f"Subsegments are nested more than {MAX_DEPTH} deep; send them apart."
        raise InvalidDocument(msg)
    for position, child in enumerate(list_of(subsegments)):
        where = f"{here}[{position}]"
        if not isinstance(child, dict):
            msg = f"{where} is {quoted(child)}; it must be an object, a subsegment."
            raise InvalidDocument(msg)
        yield cast("Json", child), where


def _alone(document: Document) -> Document:
    return cast(
        "Document", {member: value for member, value in document.items() if member != "subsegments"}
    )


def _independent(child: Document, parent: Document, root: Document) -> Document:
    found: Document = {**child, "type": SUBSEGMENT}
    if "trace_id" in root:
        found["trace_id"] = root["trace_id"]
    if "id" in parent:
        found["parent_id"] = parent["id"]
    return found
