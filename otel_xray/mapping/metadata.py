"""
Metadata as JSON text of one object a namespace.

X-Ray code puts anything into metadata. What JSON has no form for is turned into the nearest that
it has, so that one odd value never costs a segment: the fast path is `json.dumps`; only when that
refuses (cycles, keys that are no strings, NaN) the value is rebuilt piece by piece.
"""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, cast

DEPTH = 32
TOO_DEEP = "<nested too deep>"
CYCLE = "<refers to itself>"

_INFINITE = {math.inf: "Infinity", -math.inf: "-Infinity"}


def to_text(values: Mapping[str, Any]) -> str:
    """Return *values*, the content of one namespace, as the text of a JSON object."""
    try:
        return _encode(values)
    except (TypeError, ValueError, RecursionError):
        rebuilt = _rebuild(values, DEPTH, ())
        return json.dumps(rebuilt, separators=(",", ":"))


def from_text(text: object) -> dict[str, Any]:
    """Return what `to_text` wrote; nothing when *text* is no JSON object."""
    try:
        values = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        values = None
    return cast("dict[str, Any]", values) if isinstance(values, dict) else {}


def _substitute(value: Any) -> Any:
    """Return the nearest thing to *value* that JSON can hold, or that can be tried again."""
    try:
        return _nearest(value)
    except Exception:  # noqa: BLE001  a __str__ or property of the user's may raise anything
        return f"<{type(value).__name__}>"


def _nearest(value: Any) -> Any:
    for kinds, substitute in _SUBSTITUTES:
        if isinstance(value, kinds):
            return substitute(value)
    if any("__str__" in vars(kind) for kind in type(value).__mro__[:-1]):
        return str(value)
    return _public_attributes(value) or repr(value)


def _exception(value: BaseException) -> dict[str, str]:
    return {"type": type(value).__name__, "message": str(value)}


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


def _ordered(value: AbstractSet[Any]) -> list[Any]:
    return sorted(value, key=repr)


def _value(value: Enum) -> Any:
    return value.value


_SUBSTITUTES: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (BaseException, _exception),
    (Enum, _value),
    ((bytes, bytearray), _base64),
    (Mapping, dict),
    (AbstractSet, _ordered),
    (type, str),
)


def _public_attributes(value: object) -> dict[str, Any]:
    """Return what the X-Ray SDK shows of an object: attributes without a leading underscore."""
    attributes: dict[str, Any] = getattr(value, "__dict__", {})
    return {
        name: attribute
        for name, attribute in attributes.items()
        if not name.startswith("_") and not callable(attribute)
    }


def _rebuild(value: Any, depth: int, above: tuple[int, ...]) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else _INFINITE.get(value, "NaN")
    if id(value) in above or depth == 0:
        return CYCLE if depth else TOO_DEEP
    return _rebuild_container(value, depth - 1, (*above, id(value)))


def _rebuild_container(value: Any, depth: int, above: tuple[int, ...]) -> Any:
    if issubclass(type(value), Mapping):
        return {_key(key): _rebuild(item, depth, above) for key, item in value.items()}
    if issubclass(type(value), (list, tuple)):
        return [_rebuild(item, depth, above) for item in value]
    return _rebuild(_substitute(value), depth, above)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else str(_substitute(key))


_encode = json.JSONEncoder(default=_substitute, allow_nan=False, separators=(",", ":")).encode
