"""What is left of a tree without what no two runs have in common: ids, times, ports, addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from otel_xray.compat.verify.trees import ZERO_ID, Node
from otel_xray.segments.values import list_of, object_of

ZEROS = "<zeros>"
ELSEWHERE = "<elsewhere>"  # the parent is no entity of this run
_KNOWN = "<id>"

# Members of an entity that say who and where it is: the tree says it too.
_IDENTITY = frozenset({"id", "parent_id", "trace_id", "type", "start_time", "in_progress"})
# Members of blocks that are new in each run: (block, member).
_CHANCE = frozenset({("aws", "request_id"), ("aws", "id_2"), ("xray", "sdk_version")})
_EVERYTHING = ("xray", "sampling_rule_name", "Default")  # the sink's own rule, once it has come

_TEXTS = (
    (re.compile(r"\b1-0{8}-0{24}\b"), "<trace of zeros>"),
    (re.compile(r"\b1-[0-9a-f]{8}-[0-9a-f]{24}\b"), "<trace>"),
    (re.compile(rf"\b{ZERO_ID}\b"), ZEROS),
    (re.compile(r"\b0x[0-9a-f]{6,16}\b"), "<address>"),
    (re.compile(r"\b(127\.0\.0\.1|localhost):\d{2,5}\b"), r"\1:<port>"),
)
_EPOCH = re.compile(r"1-([0-9a-f]{8})-")
_DAY = 86_400
_HOUR = 3_600
_HEX_ID = re.compile(r"\b[0-9a-f]{16}\b")


@dataclass(frozen=True)
class Entity:
    """
    A segment or subsegment of any run.

    Attributes:
        name: of the entity.
        kind: ``segment`` or ``subsegment``.
        content: the document's other members.
        children: in the order in which they began.
        start: when it began; only the order counts.
    """

    name: str
    kind: str
    content: Mapping[str, Any]
    children: tuple[Entity, ...] = ()
    start: float = field(default=0.0, compare=False)

    @cached_property
    def canonical(self) -> str:
        """The tree as text; equal texts, equal trees, whatever the order of siblings."""
        inside = ",".join(sorted(child.canonical for child in self.children))
        return f"{to_text([self.name, self.kind, self.content])}({inside})"


def normalise(roots: Iterable[Node]) -> tuple[Entity, ...]:
    """Return trees of one run in the form that two runs can be compared in."""
    forest = tuple(roots)
    ids = _Ids()
    for root in forest:
        ids.learn(root)
    return _ordered(_entity(root, ids, outermost=True) for root in forest)


def text(words: str) -> str:
    """Return *words* without what no two runs have in common; all ids look alike."""
    return _HEX_ID.sub(_KNOWN, _alike(words))


def to_text(value: Any) -> str:
    """Return *value* as text that tells apart what Python does not: 1, 1.0 and true."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


class _Ids:
    """The ids of one run, and what those of exceptions stand for."""

    def __init__(self) -> None:
        self.exceptions: dict[str, str] = {}
        self._known: set[str] = set()

    def learn(self, node: Node) -> None:
        self._known.add(str(node.document.get("id")))
        for one in _exceptions(node.document.get("cause")):
            self.exceptions[str(one.get("id"))] = f"{one.get('type')}: {one.get('message')}"
        for child in node.children:
            self.learn(child)

    def hide(self, words: str) -> str:
        return _HEX_ID.sub(self._shown, _alike(words))

    def _shown(self, found: re.Match[str]) -> str:
        return _KNOWN if found[0] in self._known or found[0] in self.exceptions else found[0]


def _alike(words: str) -> str:
    for pattern, replacement in _TEXTS:
        words = pattern.sub(replacement, words)
    return words


def _entity(node: Node, ids: _Ids, *, outermost: bool = False) -> Entity:
    document = node.document
    content = {
        member: _value(value, ids, member)
        for member, value in document.items()
        if member not in _IDENTITY and member not in {"name", "end_time", "cause"}
    }
    if "cause" in document:
        content["cause"] = _cause(document["cause"], ids)
    if not node.ended:
        content["in_progress"] = True
    if outermost:
        content.update(_origin(document))
    if str(document.get("id")).startswith(ZERO_ID):
        content["id"] = ZEROS
    start = float(document.get("start_time") or 0)
    lasted = float(document.get("end_time") or start) - start
    if not 0 <= lasted <= _HOUR:  # nobody has waited for it: these times were given
        content["seconds"] = round(lasted)
    return Entity(
        name=ids.hide(str(document.get("name", ""))),
        kind="subsegment" if document.get("type") == "subsegment" else "segment",
        content=content,
        children=_ordered(_entity(child, ids) for child in node.children),
        start=start,
    )


def _origin(document: dict[str, Any]) -> dict[str, str]:
    """Return what a tree says of the one that it belongs to, as far as runs have it in common."""
    trace_id, parent = str(document.get("trace_id", "")), document.get("parent_id")
    begun = float(document.get("start_time") or 0)
    made = _EPOCH.match(trace_id)
    if made is None or abs(int(made[1], 16) - begun) > _DAY:  # it was given, not made in this run
        return {"trace_id": trace_id, **({"parent": str(parent)} if parent else {})}
    return {"parent": ELSEWHERE} if parent else {}


def _cause(cause: Any, ids: _Ids) -> Any:
    if not isinstance(cause, dict):
        return {"refers to": ids.exceptions.get(str(cause), "an exception that was not sent")}
    told = {member: _value(value, ids) for member, value in object_of(cause).items()}
    told["exceptions"] = [
        {member: _value(value, ids) for member, value in one.items() if member != "id"}
        for one in _exceptions(cause)
    ]
    return told


def _exceptions(cause: Any) -> list[dict[str, Any]]:
    return [object_of(one) for one in list_of(object_of(cause).get("exceptions"))]


def _value(value: Any, ids: _Ids, block: str = "") -> Any:
    if isinstance(value, str):
        return ids.hide(value)
    if isinstance(value, list):
        return [_value(item, ids) for item in list_of(value)]
    if isinstance(value, dict):
        return {
            ids.hide(key): "<any>" if (block, key) in _CHANCE else _value(item, ids, key)
            for key, item in object_of(value).items()
            if (block, key, item) != _EVERYTHING
        }
    return value


def _ordered(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda one: (one.start, one.name)))
