"""Documents as trees, as X-Ray puts them together: by trace and id, nested or sent apart."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from otel_xray.errors import InvalidDocument
from otel_xray.model.document import Document
from otel_xray.segments import nesting
from otel_xray.segments.quoting import quoted
from otel_xray.segments.values import list_of

ZERO_ID = "0" * 16


@dataclass(slots=True)
class Node:
    """
    A segment or subsegment that was received.

    Attributes:
        document: without its subsegments.
        children: what names it as its parent.
    """

    document: dict[str, Any]
    children: list[Node] = field(default_factory=list["Node"])

    @property
    def ended(self) -> bool:
        """Whether it is complete."""
        return "end_time" in self.document


def parse(datagrams: Iterable[bytes]) -> list[dict[str, Any]]:
    """
    Return the documents in *datagrams*; of JSON, NaN and infinity are allowed, since both may send
    them.

    Raises:
        InvalidDocument: a datagram holds no document.
    """
    return [_document(data) for data in datagrams]


def assemble(documents: Iterable[dict[str, Any]]) -> list[Node]:
    """
    Return the trees of *documents*: those whose parents were not received, with all below them.

    Of an entity that was sent more than once the first complete version counts.

    Raises:
        InvalidDocument: ``subsegments`` is no list of objects.
    """
    zeros = itertools.count()
    nodes: dict[object, Node] = {}
    for document in documents:
        for one in nesting.flatten(cast("Document", _distinct(document, zeros))):
            node = Node(cast("dict[str, Any]", one))
            key = _key(node, "id")
            if key not in nodes or (node.ended and not nodes[key].ended):
                nodes[key] = node
    roots: list[Node] = []
    for node in nodes.values():
        parent = nodes.get(_key(node, "parent_id"))
        (roots if parent is None or parent is node else parent.children).append(node)
    return roots


def _key(node: Node, member: str) -> object:
    return node.document.get("trace_id"), node.document.get(member)


def _distinct(document: dict[str, Any], zeros: Iterator[int]) -> dict[str, Any]:
    """Number the ids of zeros, which the X-Ray SDK gives to all that is not sampled."""
    own = document.get("id")
    inside = document.get("subsegments")
    return {
        **document,
        **({"id": f"{ZERO_ID} {next(zeros)}"} if own == ZERO_ID else {}),
        **(
            {"subsegments": [_distinct(one, zeros) for one in list_of(inside)]}
            if isinstance(inside, list)
            else {}
        ),
    }


def _document(data: bytes) -> dict[str, Any]:
    _, _, body = data.partition(b"\n")
    try:
        document = json.loads(body)
    except ValueError as error:
        msg = f"A datagram holds no document ({error}): {quoted(data)}"
        raise InvalidDocument(msg) from error
    if not isinstance(document, dict):
        msg = f"A datagram holds {quoted(document)}; it must be a JSON object."
        raise InvalidDocument(msg)
    return cast("dict[str, Any]", document)
