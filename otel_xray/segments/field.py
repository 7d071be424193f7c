"""
One row of the translation table, and how a table is read in both directions.

A section of the document is a tuple of `Field`s; a row names the document's member and the
attributes that it is read from. Rows are data: `write` makes a section out of attributes, `read`
makes attributes out of a section, `restore` undoes `read`, and the reference is printed from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union, cast

from otel_xray.model.document import Json
from otel_xray.segments.values import list_of, object_of
from otel_xray.segments.values import text as well_formed

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
    except (ValueError, OverflowError):
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


Table: TypeAlias = Mapping[str, Union[Field, "Table"]]
"""The members of an object of the document: fields, and objects that have members themselves."""


def table(*fields: Field) -> dict[str, Union[Field, Table]]:
    """Return *fields* by member."""
    return {field.member: field for field in fields}


def read(rows: Table, section: Mapping[str, Json], attributes: dict[str, Json]) -> dict[str, Json]:
    """
    Add to *attributes* what *rows* know of *section*, and return what they do not know.

    A value is known when `restore` gives it back exactly; all others are returned, in the shape
    that they have in *section*.
    """
    rest: dict[str, Json] = {}
    for member, value in section.items():
        row = rows.get(member)
        if type(row) is Field:
            if _survives(row, value):
                attributes[row.keys[0]] = value
                continue
        elif row is not None and isinstance(value, dict):
            inner = read(cast("Table", row), object_of(value), attributes)
            if inner or not value:
                rest[member] = inner
            continue
        rest[member] = value
    return rest


def restore(rows: Table, left: Left) -> dict[str, Json]:
    """Return the object of which `read` made attributes, and take them out of *left*."""
    section: dict[str, Json] = {}
    for member, row in rows.items():
        if type(row) is Field:
            key = row.keys[0]
            value = row.convert(left[key]) if key in left else None
            if value is not None:
                section[member] = value
                del left[key]
        elif inner := restore(cast("Table", row), left):
            section[member] = inner
    return section


def written_keys(rows: Table) -> Iterator[str]:
    """Yield the attribute that `read` writes, of every row."""
    for row in rows.values():
        if type(row) is Field:
            yield row.keys[0]
        else:
            yield from written_keys(cast("Table", row))


def _survives(field: Field, value: Json) -> bool:
    """Say whether writing *value* as an attribute and converting it gives *value* again."""
    try:
        found = field.convert(value)
    except ValueError:  # an integer of more digits than Python writes
        return False
    if found is None or type(found) is not type(value) or found != value:
        return False
    if type(value) is str:
        return value.isascii() or well_formed(value) == value
    return all(well_formed(item) == item for item in list_of(value))


def first(keys: Iterable[str], attributes: Mapping[str, Json]) -> str | None:
    """Return the first non-empty text among the attributes *keys*."""
    for key in keys:
        value = attributes.get(key)
        if isinstance(value, str) and value:
            return value
    return None
