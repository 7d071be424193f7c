"""Places whose HTTP calls the application does not want to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Calls that are not traced.

    Attributes:
        host: pattern of the host's name, in small letters; None for any.
        paths: their paths; None for any.
    """

    host: str | None
    paths: frozenset[str] | None

    def matches(self, host: str, path: str) -> bool:
        """Say whether a call there is not traced."""
        wanted = self.host is None or fnmatchcase(host, self.host)
        return wanted and (self.paths is None or path in self.paths)


_rules: set[Rule] = set()


def add(host: str | None, paths: Iterable[str] | None) -> None:
    """
    Trace no calls to *paths* of *host*, from now on; harmless when repeated.

    Args:
        host: its name, with ``*``, ``?`` and ``[…]`` as wildcards; None for any.
        paths: None for any. Nothing is ignored when both are None.
    """
    if host is not None or paths is not None:
        given = None if paths is None else frozenset(paths)
        _rules.add(Rule(None if host is None else host.lower(), given))


def clear() -> None:
    """Ignore nothing any more."""
    _rules.clear()


def matches(url: str) -> bool:
    """Say whether a call of *url* is not traced."""
    if not _rules:
        return False
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    return any(rule.matches(host, path) for rule in tuple(_rules))
