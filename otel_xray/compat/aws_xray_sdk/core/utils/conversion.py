"""Metadata, in which X-Ray code puts anything, as values that JSON knows."""

from __future__ import annotations

import logging
from typing import Any, cast

log = logging.getLogger(__name__)

_PLAIN = (str, int, float, bool, type(None))


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
        items = cast("dict[Any, Any]", obj).items()
        return {_key(key): metadata_to_dict(value) for key, value in items}
    if isinstance(obj, type):
        return str(obj)
    if hasattr(obj, "_ast"):
        return metadata_to_dict(obj._ast())  # noqa: SLF001  the SDK's rule
    if hasattr(obj, "__iter__") and not isinstance(obj, str):
        return [metadata_to_dict(item) for item in obj]
    if hasattr(obj, "__dict__"):
        return {
            key: metadata_to_dict(value)
            for key, value in vars(obj).items()
            if not callable(value) and not key.startswith("_")
        }
    return obj


def _key(key: Any) -> Any:
    return key if isinstance(key, _PLAIN) else str(key)  # else JSON would refuse all
