"""The environment variables that a file asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from otel_xray.collector_files.document import Part

# ${env:NAME}, ${NAME} and ${env:NAME:-default}; $$ is a dollar sign.
_REFERENCE = re.compile(r"\$\$|\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_NAKED = re.compile(r"(?<!\$)\$([A-Z_][A-Z0-9_]+)\b")


class Variable(NamedTuple):
    """
    A variable.

    Attributes:
        name: of the variable.
        line: where the file asks for it first.
        required: it has no default, there or elsewhere in the file.
        is_set: it has a value that is not empty.
    """

    name: str
    line: int
    required: bool
    is_set: bool


def variables(file: Part, environ: Mapping[str, str]) -> list[Variable]:
    """Return the variables of *file*, sorted by name."""
    found: dict[str, Variable] = {}
    for _, part in file.walk():
        for match in _REFERENCE.finditer(part.text):
            name, default = match.groups()
            if name is None:
                continue
            known = found.get(name, Variable(name, part.line, False, bool(environ.get(name))))
            found[name] = known._replace(required=known.required or default is None)
    return [found[name] for name in sorted(found)]


def naked(file: Part) -> Iterator[tuple[str, int]]:
    """Yield each ``$NAME`` without braces, which the collector leaves as it is, with its line."""
    for _, part in file.walk():
        for match in _NAKED.finditer(part.text):
            yield match[1], part.line


def resolve(text: str, environ: Mapping[str, str]) -> str | None:
    """Return *text* with its variables replaced; None where one has neither value nor default."""
    unknown = False

    def value(match: re.Match[str]) -> str:
        nonlocal unknown
        name, default = match.groups()
        if name is None:
            return "$"
        found = environ.get(name) or default
        unknown = unknown or found is None
        return found or ""

    resolved = _REFERENCE.sub(value, text)
    return None if unknown else resolved


def is_literal(text: str) -> bool:
    """Say whether *text* is a value without any variable or other provider in it."""
    return bool(text) and "${" not in text
