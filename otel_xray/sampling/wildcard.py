"""
Patterns of sampling rules: ``*`` stands for any characters, ``?`` for one, capitals do not matter.

Between two stars everything has a fixed length, so it can be placed as far to the left as possible
and never has to be moved again: a match costs at most the length of the text times that of the
pattern, whatever the pattern is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

# Where a piece is found between two places of a text; -1 when it is not.
Finder: TypeAlias = Callable[[str, int, int], int]


class Wildcard:
    """One pattern."""

    __slots__ = ("_pieces", "_size")

    def __init__(self, pattern: str) -> None:
        """Read *pattern*; every text is one."""
        pieces = fold(pattern).split("*")
        self._pieces = [(len(piece), _finder(piece)) for piece in pieces]
        self._size = sum(map(len, pieces))

    def matches(self, text: object) -> bool:
        """Say whether the pattern describes all of *text*."""
        text = fold(text)
        pieces = self._pieces
        end = len(text)
        if len(pieces) == 1:
            return end == self._size and pieces[0][1](text, 0, end) == 0
        if end < self._size:
            return False
        start, head = pieces[0]
        size, tail = pieces[-1]
        if head(text, 0, start) or tail(text, end - size, end) < 0:
            return False
        end -= size
        for size, find in pieces[1:-1]:
            start = find(text, start, end)
            if start < 0:
                return False
            start += size
        return True


def matches(pattern: str, text: str) -> bool:
    """Say whether *pattern* describes all of *text*; for patterns that are used once."""
    return Wildcard(pattern).matches(text)


def fold(value: object) -> str:
    """
    Return a text in small letters, character by character, so that its length stays.

    What is no text, which an application's request may hold, counts as it is printed.
    """
    text = value if isinstance(value, str) else str(value)
    if text.isascii():
        return text.lower()
    return "".join(small if len(small := one.lower()) == 1 else one for one in text)


def _finder(piece: str) -> Finder:
    if "?" not in piece:
        return lambda text, start, end: text.find(piece, start, end)
    pattern = re.compile("".join("." if one == "?" else re.escape(one) for one in piece), re.DOTALL)

    def find(text: str, start: int, end: int) -> int:
        found = pattern.search(text, start, end)
        return found.start() if found else -1

    return find
