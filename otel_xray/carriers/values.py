"""Values out of JSON of any shape: what is not as expected counts as not there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

Object: TypeAlias = Mapping[str, Any]

NOTHING: Object = MappingProxyType({})


def mapping(value: object) -> Object:
    """Return *value* if it is an object of JSON, else an empty one."""
    if type(value) is dict or isinstance(value, Mapping):
        return value  # pyright: ignore[reportUnknownVariableType]  # keys of JSON are text
    return NOTHING


def optional(value: object) -> Object | None:
    """Return *value* if it is an object, an empty one for None; None when it is anything else."""
    found = mapping(value)
    return None if found is NOTHING and value is not None else found


def items(value: object) -> list[Any]:
    """Return *value* if it is a list, else an empty one."""
    if isinstance(value, list):
        return value  # pyright: ignore[reportUnknownVariableType]  # they may be anything
    return []


def text(value: object) -> str:
    """Return *value* if it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def at(value: object, *path: str) -> object:
    """Return what *value* has under *path*; None when a step of it is missing."""
    for key in path:
        value = mapping(value).get(key)
    return value


def either(value: object, *names: str) -> object:
    """Return the first member of *value* that is there: Lambda and boto3 spell differently."""
    members = mapping(value)
    return next((members[name] for name in names if members.get(name) is not None), None)


def parsed(source: str | bytes) -> Object:
    """Return the object that *source* is the JSON text of; an empty one when it is none."""
    import json  # noqa: PLC0415  only messages that carry something are parsed

    try:
        return mapping(json.loads(source))
    except (ValueError, RecursionError):
        return NOTHING
