"""Attributes out of events: a table names for each where its value stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from opentelemetry.util.types import AttributeValue

from otel_xray.carriers.values import at, items

Extract: TypeAlias = Callable[[object], object]
Table: TypeAlias = Mapping[str, Extract]


def field(*path: str) -> Extract:
    """Extract what stands under *path*."""
    return lambda value: at(value, *path)


def first(*path: str) -> Extract:
    """Extract the first item of the list under *path*."""
    return lambda value: next(iter(items(at(value, *path))), None)


def constant(value: str) -> Extract:
    """Give *value*, whatever the event says."""
    return lambda _: value


def mapped(extract: Extract, convert: Callable[[str], object]) -> Extract:
    """Extract what *convert* makes of the text that *extract* finds."""

    def found(value: object) -> object:
        text = extract(value)
        return convert(text) if isinstance(text, str) else None

    return found


def after(separator: str, extract: Extract) -> Extract:
    """Extract the part of a name or an ARN that follows the last *separator*."""
    return mapped(extract, lambda text: text.rpartition(separator)[2])


def between(beginning: str, end: str, extract: Extract) -> Extract:
    """Extract the part of an ARN from *beginning* to the next *end*."""
    return mapped(extract, lambda text: text.partition(beginning)[2].partition(end)[0])


def attributes(table: Table, value: object) -> dict[str, AttributeValue]:
    """Return the attributes that *table* finds in *value*: texts and numbers that are there."""
    found: dict[str, AttributeValue] = {}
    for key, extract in table.items():
        one = extract(value)
        if isinstance(one, str | int | float) and one != "":
            found[key] = one
    return found
