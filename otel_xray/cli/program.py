"""The program at the end of a command line, whose words are its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

_OF_PYTHON = frozenset({"-m", "-c"})


def split(words: Sequence[str], valued: Collection[str]) -> tuple[list[str], list[str]]:
    """
    Return the words of the command itself, and those of the program.

    The program begins after ``--``, or with the first word that is no option, or with Python's
    ``-m`` or ``-c``.

    Args:
        words: all words after the command's name.
        valued: options of the command that are followed by a value.
    """
    place = 0
    while place < len(words):
        word = words[place]
        if word == "--":
            return list(words[:place]), list(words[place + 1 :])
        if word in _OF_PYTHON or not word.startswith("-"):
            break
        place += 2 if word in valued else 1
    return list(words[:place]), list(words[place:])
