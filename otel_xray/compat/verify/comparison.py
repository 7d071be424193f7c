"""How two forests differ, entity by entity and member by member."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from otel_xray.compat.verify.normal import Entity, to_text
from otel_xray.model import limits
from otel_xray.segments.values import list_of, object_of

Forest: TypeAlias = tuple[Entity, ...]
Pair: TypeAlias = tuple[Entity | None, Entity | None]

ABSENT = "<absent>"

_WHOLE = ".stack"  # two of them are two places, frame by frame they say nothing


@dataclass(frozen=True, slots=True)
class Change:
    """
    One way in which the alias's tree is not the X-Ray SDK's.

    Attributes:
        path: names from the root to the entity in the X-Ray SDK's tree; in the alias's, if it is
            not there.
        original: the X-Ray SDK's entity; None if only the alias has it.
        alias: the alias's entity; None if only the X-Ray SDK has it.
        member: path of the member that differs, such as ``http.response.status``; empty when it
            is the entity itself.
        before: the member's value under the X-Ray SDK.
        after: the member's value under the alias.
        moved_to: where the same entity is in the alias's tree, when it is elsewhere.
    """

    path: tuple[str, ...]
    original: Entity | None
    alias: Entity | None
    member: str = ""
    before: Any = ABSENT
    after: Any = ABSENT
    moved_to: tuple[str, ...] = ()


def compare(originals: Forest, aliases: Forest) -> list[Change]:
    """
    Return what differs between the forests of two runs.

    Siblings of one name are paired by their content first, then in the order in which they began,
    so that the chance of threads and tasks makes no difference.
    """
    return _with_moves([*_between(originals, aliases, ())])


def pairs(originals: Sequence[Entity], aliases: Sequence[Entity]) -> list[Pair]:
    """Return which of *aliases* stands for which of *originals*, in the order of the latter."""
    left: dict[str, list[Entity]] = defaultdict(list)
    for one in aliases:
        left[one.kind].append(one)
    partners: list[Entity | None] = [None] * len(originals)
    for same in (_equal, _alike, _is_cleaned, _is_renamed):
        for place, one in enumerate(originals):
            if partners[place] is None:
                found = next((other for other in left[one.kind] if same(one, other)), None)
                if found is not None:
                    left[one.kind] = [other for other in left[one.kind] if other is not found]
                    partners[place] = found
    missing = {id(one) for rest in left.values() for one in rest}
    return [
        *zip(originals, partners, strict=True),
        *((None, one) for one in aliases if id(one) in missing),
    ]


def members(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield path and both values of each innermost member that differs."""
    if isinstance(before, dict) and isinstance(after, dict):
        left, right = object_of(before), object_of(after)
        for key in dict.fromkeys((*left, *right)):
            inner = f"{path}.{key}" if path else key
            yield from members(left.get(key, ABSENT), right.get(key, ABSENT), inner)
    elif (
        not path.endswith(_WHOLE)
        and list_of(before)
        and len(list_of(before)) == len(list_of(after))
    ):
        for place, (one, other) in enumerate(zip(list_of(before), list_of(after), strict=True)):
            yield from members(one, other, f"{path}[{place}]")
    elif to_text(before) != to_text(after):
        yield path, before, after


def _members_of(original: Entity, alias: Entity) -> Iterator[tuple[str, Any, Any]]:
    if original.name != alias.name:
        yield "name", original.name, alias.name
    yield from members(original.content, alias.content)


def _between(
    originals: Sequence[Entity], aliases: Sequence[Entity], path: tuple[str, ...]
) -> Iterator[Change]:
    for original, alias in pairs(originals, aliases):
        present = original or alias
        if present is None or (original and alias and original.canonical == alias.canonical):
            continue
        here = (*path, present.name)
        if original is None or alias is None:
            yield Change(here, original, alias)
            continue
        for member, before, after in _members_of(original, alias):
            yield Change(here, original, alias, member, before, after)
        yield from _between(original.children, alias.children, here)


def _with_moves(changes: list[Change]) -> list[Change]:
    """Turn what is missing in one place and extra in another into a move."""
    found: list[Change] = []
    extra = [change for change in changes if change.original is None]
    waiting = [change for change in changes if change.original is not None]
    while waiting:
        change = waiting.pop(0)
        partner = next((one for one in extra if _is_move(change, one)), None)
        if partner is None or change.original is None or partner.alias is None:
            found.append(change)
            continue
        extra.remove(partner)
        found.append(Change(change.path, change.original, partner.alias, moved_to=partner.path))
        for one in _between(change.original.children, partner.alias.children, change.path):
            (extra if one.original is None else waiting).append(one)
    return [*found, *extra]


def _is_move(missing: Change, extra: Change) -> bool:
    one, other = missing.original, extra.alias
    return (
        missing.alias is None
        and one is not None
        and other is not None
        and (one.name, one.kind) == (other.name, other.kind)
        and to_text(one.content) == to_text(other.content)
    )


def _equal(one: Entity, other: Entity) -> bool:
    return one.canonical == other.canonical


def _alike(one: Entity, other: Entity) -> bool:
    return one.name == other.name


def _is_cleaned(one: Entity, other: Entity) -> bool:
    return limits.name(one.name) == other.name


def _is_renamed(one: Entity, other: Entity) -> bool:
    return _equal(replace(one, name=""), replace(other, name=""))
