"""
Places whose HTTP calls the application does not want to see.

As in the X-Ray SDK they are about plain HTTP: an AWS call is left out by `suppress`, since a path
like ``/`` would mean most of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from otel_xray import settings


class Rule(NamedTuple):
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
    """Ignore no more than ``OTEL_XRAY_IGNORE`` says."""
    _rules.clear()
    _stated.cache_clear()


def matches(url: str) -> bool:
    """Say whether a call of *url* is not traced."""
    rules = (*_rules, *_stated())
    if not rules:
        return False
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    return any(rule.matches(host, path) for rule in rules)


@cache
def _stated() -> tuple[Rule, ...]:
    """Return the rules that the environment states: ``host``, ``host/path`` or ``/path``."""
    return tuple(_rule(place) for place in settings.ignored_places())


def _rule(place: str) -> Rule:
    host, slash, path = place.partition("/")
    return Rule(host.lower() or None, frozenset({f"/{path}"}) if slash else None)
