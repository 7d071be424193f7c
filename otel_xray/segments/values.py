"""
Attribute values as what JSON can hold.

Attributes come from any code and, over OTLP, from anywhere: not-a-number, integers of a thousand
digits, half of a surrogate pair, a list that contains itself. Each becomes the nearest value that
every JSON parser reads, so that one odd value never costs a document.
"""

from __future__ import annotations

import math
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from otel_xray.model.document import Json
from otel_xray.model.span import Attributes

DEPTH = 32
TOO_DEEP = "<nested too deep>"
CYCLE = "<refers to itself>"

_INTEGER_BITS = 64  # what OTLP carries and every JSON parser can hold
_DECIMAL_BITS = 4_096  # int → str of more is slow, and refused by CPython from 4,300 digits on
_SURROGATE = re.compile("[\ud800-\udfff]")


def own(attributes: Attributes) -> dict[str, Json]:
    """Return *attributes* as a new dict that `json.dumps` accepts."""
    # The SDK's own mapping is slow to iterate, and has copy(), which gives a plain dict.
    copy = getattr(attributes, "copy", None)
    items = cast("Attributes", copy() if copy else attributes).items()
    # Most values are short ASCII text: decided here, because calls are what this costs.
    return {
        key if key.isascii() else text(key): value
        if type(value) is str and value.isascii()
        else plain(value)
        for key, value in items
    }


def plain(value: object, depth: int = DEPTH) -> Json:
    """Return *value*, or the nearest to it that JSON can hold, at most *depth* containers deep."""
    convert = _BY_TYPE.get(type(value))
    return convert(value) if convert else _container(value, depth, ())


def text(value: str) -> str:
    """Return *value* with U+FFFD for halves of surrogate pairs, which UTF-8 cannot encode."""
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def fresh(value: Json) -> Json:
    """Return a copy of *value*, which `plain` made, that shares no container with it."""
    if isinstance(value, dict):
        return {key: fresh(item) for key, item in cast("dict[str, Json]", value).items()}
    if isinstance(value, list):
        return [fresh(item) for item in list_of(value)]
    return value


def object_of(value: Json) -> dict[str, Json]:
    """Return *value* if it is an object of JSON, else an empty one."""
    return cast("dict[str, Json]", value) if isinstance(value, dict) else {}


def list_of(value: Json) -> list[Json]:
    """Return *value* if it is a list of JSON, else an empty one."""
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]  # Any, narrowed


def finite(value: float) -> float | str:
    """Return *value*, as text when it is no number that JSON has."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _same(value: Any) -> Any:
    return value


def _integer(value: int) -> int | str:
    bits = value.bit_length()
    if bits <= _INTEGER_BITS:
        return value
    return str(value) if bits <= _DECIMAL_BITS else f"<integer of {bits} bits>"


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


_BY_TYPE: Mapping[type, Callable[[Any], Json]] = {
    str: text,
    bool: _same,
    type(None): _same,
    int: _integer,
    float: finite,
    bytes: _base64,
}


def _container(value: object, depth: int, above: tuple[int, ...]) -> Json:
    here = id(value)
    if here in above:
        return CYCLE
    if isinstance(value, (list, tuple)) or _is_sequence(value):
        items = cast("Sequence[object]", value)
        return [_item(item, depth - 1, (*above, here)) for item in items] if depth else TOO_DEEP
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        inside = (*above, here)
        return (
            {_key(key): _item(item, depth - 1, inside) for key, item in pairs}
            if depth
            else TOO_DEEP
        )
    return _subclass(value)


def _is_sequence(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))


def _item(value: object, depth: int, above: tuple[int, ...]) -> Json:
    convert = _BY_TYPE.get(type(value))
    return convert(value) if convert else _container(value, depth, above)


def _key(key: object) -> str:
    return text(key) if type(key) is str else str(plain(key))


def _subclass(value: object) -> Json:
    """Return what an enumeration member, a numeric subclass or a foreign object stands for."""
    for base, convert in _BASES:
        if isinstance(value, base):
            return convert(value)
    return f"<{type(value).__name__}>"


_BASES: tuple[tuple[type, Callable[[Any], Json]], ...] = (
    (str, lambda value: text(str.__str__(value))),
    (int, lambda value: _integer(int.__int__(value))),
    (float, lambda value: finite(float.__float__(value))),
    (bytearray, _base64),
    (bytes, _base64),
)
