"""
Attribute values as Go code sees them.

The exporter asks a value for its text or its integer without looking at its type first: a value of
another type answers with an empty text or 0 (pdata, ``Value.Str``, ``Value.Int``).
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping

from otel_xray.model.document import Json
from otel_xray.model.span import Attributes
from otel_xray.segments import values

_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<digits>[0-9]+)")
_INT64 = (1 << 63) - 1
_UINT64 = (1 << 64) - 1


def read(attributes: Attributes) -> dict[str, Json]:
    """Return *attributes* as JSON can hold them; bytes stay, because they are no text here."""
    return {
        values.text(key): value if isinstance(value, bytes) else values.plain(value)
        for key, value in attributes.items()
    }


def text(value: Json) -> str:
    """Return a text; empty for anything else."""
    return value if isinstance(value, str) else ""


def integer(value: Json) -> int:
    """Return an integer; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def listed(value: Json) -> list[Json] | None:
    """Return a list; None for anything else."""
    return values.list_of(value) if isinstance(value, list) else None


def raw(value: Json) -> Json:
    """Return *value* as it is written: bytes in base64."""
    return b64encode(value).decode() if isinstance(value, bytes) else value


def printed(value: Json) -> str:
    """Return *value* as text, whatever its type is (pdata, ``Value.AsString``)."""
    if value is None or isinstance(value, (str, bytes)):
        return raw(value) or ""
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, separators=(",", ":"), ensure_ascii=False)


def number_in(digits: str, beyond: int | None = None) -> int:
    """
    Return the number that *digits* spells; 0 when it spells none.

    Args:
        digits: decimal, perhaps with a sign.
        beyond: what a number of more than 64 bits becomes; None: the nearest one that fits.
    """
    match = _NUMBER.match(digits)
    if match is None:
        return 0
    # Leading zeros aside, 20 digits are enough, and int() is slow for thousands.
    size = int(match["digits"].lstrip("0")[:20] or "0")
    if size <= _UINT64 and match.end() != len(digits):  # Go stops reading where it is too large
        return 0
    number = -size if match["sign"] == "-" else size
    nearest = max(-_INT64 - 1, min(_INT64, number))
    return number if number == nearest else nearest if beyond is None else beyond


def first_text(keys: tuple[str, ...], attributes: Mapping[str, Json]) -> str:
    """Return the text of the first of *keys* that is there, though it may be empty."""
    return next((text(attributes[key]) for key in keys if key in attributes), "")


def without(key: str, attributes: Mapping[str, Json]) -> dict[str, Json]:
    """Return *attributes* without *key*, to whose place the last one moves (``Map.Remove``)."""
    *others, last = attributes.items()
    return dict(last if pair[0] == key else pair for pair in others)


def present(members: Mapping[str, Json]) -> dict[str, Json]:
    """Return *members* without those that have no value."""
    return {member: value for member, value in members.items() if value is not None}
