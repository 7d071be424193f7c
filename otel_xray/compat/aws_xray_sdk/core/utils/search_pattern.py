"""Patterns with wildcards."""

from __future__ import annotations


def wildcard_match(pattern: str | None, text: str | None, case_insensitive: bool = True) -> bool:
    """
    Say whether all of *text* matches *pattern*.

    Args:
        pattern: ``*`` stands for any characters, ``?`` for one; None matches nothing.
        text: None matches nothing.
        case_insensitive: capitals and small letters are the same.
    """
    if pattern is None or text is None:
        return False
    if case_insensitive:
        return _match([one.lower() for one in pattern], [one.lower() for one in text])
    return _match(list(pattern), list(text))


def _match(pattern: list[str], text: list[str]) -> bool:
    """Match from the left; where it fails, let the last star take one character more."""
    place = at = 0
    star = taken = -1
    while at < len(text):
        expected = pattern[place] if place < len(pattern) else None
        if expected == "*":
            star, taken = place, at
            place += 1
        elif expected in ("?", text[at]):
            place += 1
            at += 1
        elif star >= 0:
            taken += 1
            place, at = star + 1, taken
        else:
            return False
    return all(one == "*" for one in pattern[place:])
