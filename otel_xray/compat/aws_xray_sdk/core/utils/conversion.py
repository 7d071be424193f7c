"""Metadata, in which X-Ray code puts anything, as values that JSON knows."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)

_KEYS = (str, int, float, bool, type(None))
_PLAIN = frozenset(_KEYS)


def metadata_to_dict(obj: Any) -> Any:
    """
    Return *obj* with everything in it reduced to dicts, lists and plain values.

    What can be iterated becomes a list and is consumed; of other objects the public attributes
    remain; a class is its text. What fails on the way is a warning, and an empty dict.
    """
    if type(obj) in _PLAIN:
        return obj
    try:
        return _converted(obj)
    except Exception as error:  # noqa: BLE001  iterating and attributes are the application's code
        log.warning("A value cannot be metadata and is left out: %r", getattr(error, "args", None))
        return {}


def _converted(obj: Any) -> Any:
    if isinstance(obj, dict):
        return {
            # Most are plain, and a call for each would cost more than all the rest.
            key if type(key) is str else _key(key): (
                value if type(value) in _PLAIN else metadata_to_dict(value)
            )
            for key, value in obj.items()  # pyright: ignore[reportUnknownVariableType]  # anything
        }
    if isinstance(obj, type):
        return str(obj)
    if hasattr(obj, "_ast"):
        return metadata_to_dict(obj._ast())  # noqa: SLF001  the SDK's rule
    if hasattr(obj, "__iter__") and not isinstance(obj, str):
        return [item if type(item) in _PLAIN else metadata_to_dict(item) for item in obj]
    if hasattr(obj, "__dict__"):
        return {
            key: metadata_to_dict(value)
            for key, value in vars(obj).items()
            if not callable(value) and not key.startswith("_")
        }
    return obj


def _key(key: Any) -> Any:
    # JSON would refuse everything for one key that it has no form for.
    return key if isinstance(key, _KEYS) else str(key)
