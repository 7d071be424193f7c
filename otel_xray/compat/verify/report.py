"""Two forests and their changes as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from otel_xray.compat.verify import differences
from otel_xray.compat.verify.comparison import ABSENT, Change, Forest, pairs
from otel_xray.compat.verify.normal import Entity, to_text

REFERENCE = "docs/reference/x-ray-sdk-differences.md"

_LENGTH = 100  # of a value that is shown
_INDENT = "  "


def lines(originals: Forest, aliases: Forest, changes: Sequence[Change]) -> Iterator[str]:
    """
    Yield the trees that differ, entity by entity.

    ``-`` only the X-Ray SDK sends it, ``+`` only the alias does, ``~`` it differs; behind each the
    number of the difference that explains it.
    """
    shown = _Shown(changes)
    for original, alias in pairs(originals, aliases):
        if original is None or alias is None or original.canonical != alias.canonical:
            yield from shown.tree(original, alias, "")
    yield from shown.rest()


def summary(originals: Forest, changes: Sequence[Change]) -> list[str]:
    """Return how the comparison has ended."""
    counted = _counts(originals)
    told = f"{_many(counted['segment'], 'segment')}, {_many(counted['subsegment'], 'subsegment')}"
    numbers = Counter(map(differences.number_of, changes))
    unlisted = numbers.pop(None, 0)
    if not changes:
        return [f"{told}: equal."]
    ended = (
        f"{_many(unlisted, 'unlisted difference')}."
        if unlisted
        else f"equal but for listed differences ({REFERENCE})."
    )
    seen = sorted((int(number[1:]), number, times) for number, times in numbers.items() if number)
    return [
        f"{told}: {ended}",
        *(
            f"{number}, {_many(times, 'time')}: {differences.title_of(number)}."
            for _, number, times in seen
        ),
    ]


class _Shown:
    """Prints changes where they belong, and keeps those that belong nowhere."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._left = list(changes)

    def tree(self, original: Entity | None, alias: Entity | None, indent: str) -> Iterator[str]:
        """Yield an entity and what is in it; of one that is on one side only, itself."""
        if original is not None and alias is not None:
            yield f"  {indent}{_plain(original.name)}"
            for change in self._of(original, alias):
                yield f"~ {indent}{_INDENT}{_told(change)}"
            for one, other in pairs(original.children, alias.children):
                yield from self.tree(one, other, indent + _INDENT)
        elif original is not None:
            yield f"- {indent}{_plain(original.name)}{self._why(original)}"
        elif alias is not None:
            yield f"+ {indent}{_plain(alias.name)}{self._why(alias)}"

    def rest(self) -> Iterator[str]:
        """Yield the changes in entities that have moved."""
        for change in self._left:
            if change.member:
                yield f"~ {_place(change.path)}: {_told(change)}"

    def _of(self, original: Entity, alias: Entity) -> list[Change]:
        own: list[Change] = []
        left: list[Change] = []
        for one in self._left:
            (own if one.original is original and one.alias is alias else left).append(one)
        self._left = left
        return own

    def _why(self, entity: Entity) -> str:
        change = next(
            (
                one
                for one in self._left
                if not one.member and (one.original is entity or one.alias is entity)
            ),
            None,
        )
        if change is None:
            return ""
        if not change.moved_to:
            return _number(change)
        before, after = _place(change.path[:-1]), _place(change.moved_to[:-1])
        moved = f"is in {after}" if entity is change.original else f"was in {before}"
        return f"  ({moved}){_number(change)}"


def _told(change: Change) -> str:
    return f"{change.member}: {_value(change.before)} -> {_value(change.after)}{_number(change)}"


def _number(change: Change) -> str:
    number = differences.number_of(change)
    return f"  [{number}]" if number else ""


def _place(path: Sequence[str]) -> str:
    return _plain(" > ".join(path)) or "nothing"


def _plain(name: str) -> str:
    """Return *name* so that a terminal shows it and does not obey it."""
    return name if name.isprintable() else name.encode("unicode_escape").decode()


def _value(value: Any) -> str:
    text = ABSENT if value == ABSENT else _plain(to_text(value))
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]}..."


def _counts(forest: Sequence[Entity]) -> Counter[str]:
    counted = Counter(entity.kind for entity in forest)
    for entity in forest:
        counted += _counts(entity.children)
    return counted


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
