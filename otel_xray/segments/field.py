"""
One row of the translation table.

A section of the document is a tuple of `Field`s; a row names the document's member and the
attributes that it is read from. Rows are data, so that the same table can be read in the other
direction and printed as reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from otel_xray.model.document import Json
from otel_xray.segments.values import list_of

Left: TypeAlias = "dict[str, Json]"  # the attributes that no section has taken yet
Convert: TypeAlias = Callable[[Json], Json]


_INTEGER_BITS = 64


def text(value: Json) -> str | None:
    """Return a non-empty text, or a number as text; None for anything else."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, (int, float)) else None


def integer(value: Json) -> int | None:
    """Return an integer of 64 bits, also from text or a float without fraction; else None."""
    if isinstance(value, bool) or not isinstance(value, (int, str, float)):
        return None
    try:
        number = int(value)
    except ValueError:
        return None
    whole = isinstance(value, str) or number == value
    return number if whole and number.bit_length() < _INTEGER_BITS else None


def flag(value: Json) -> bool | None:
    """Return a boolean; None for anything else."""
    return value if isinstance(value, bool) else None


def texts(value: Json) -> list[str] | None:
    """Return the non-empty texts of a list, or one text as a list; None when there is none."""
    if isinstance(value, str):
        return [value] if value else None
    return [item for item in list_of(value) if isinstance(item, str) and item] or None


@dataclass(frozen=True, slots=True)
class Field:
    """
    A member of a section.

    Attributes:
        member: its name in the document.
        keys: attributes that it is read from, preferred first; the first is the one to write.
        convert: attribute value → member's value; None when the value does not fit.
    """

    member: str
    keys: tuple[str, ...]
    convert: Convert = text


def take(field: Field, left: Left) -> Json:
    """
    Return the value of *field* and take it out of *left*; None when no attribute has it.

    An attribute whose value does not fit stays in *left*, and so does a second one that says
    something else: both end up in metadata, where they can be seen.
    """
    for key in field.keys:
        if key in left:
            given = left[key]
            value = field.convert(given)
            if value is not None:
                for same in field.keys:
                    if same in left and left[same] == given:
                        del left[same]
                return value
    return None


def write(fields: Iterable[Field], left: Left) -> dict[str, Json]:
    """Return the section that *fields* find in *left*, and take out what they used."""
    section: dict[str, Json] = {}
    for field in fields:
        # As take(), tested first: of all the fields of all the sections few are there.
        for key in field.keys:
            if key in left:
                value = take(field, left)
                if value is not None:
                    section[field.member] = value
                break
    return section


def first(keys: Iterable[str], attributes: Mapping[str, Json]) -> str | None:
    """Return the first non-empty text among the attributes *keys*."""
    for key in keys:
        value = attributes.get(key)
        if isinstance(value, str) and value:
            return value
    return None
