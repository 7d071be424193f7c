"""User, annotations and metadata, as the exporter writes them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

from otel_xray.model import keys, limits
from otel_xray.model.document import Json
from otel_xray.segments import values
from otel_xray.segments.collector.value import listed, raw, text
from otel_xray.segments.resource import RESOURCE_PREFIX

Annotations: TypeAlias = "dict[str, Json]"
Metadata: TypeAlias = "dict[str, dict[str, Json] | None]"

DEFAULT = "default"

_NOT_IN_KEYS = re.compile(r"[^0-9A-Za-z.]")
_EXACT = 1 << 53  # a larger integer passes through a double


def user(left: dict[str, Json]) -> str | None:
    """Return and take ``enduser.id``, which is lost when it is no text."""
    return text(left.pop(keys.USER, None)) or None


def listed_keys(left: dict[str, Json]) -> frozenset[str]:
    """Return the keys that the span lists; take the list."""
    given = listed(left.get(keys.ANNOTATIONS))
    if given is None:
        return frozenset()
    del left[keys.ANNOTATIONS]
    return frozenset(key for key in given if isinstance(key, str))


def add_resource(
    resource: Mapping[str, Json],
    indexed: Iterable[str] | None,
    annotations: Annotations,
    default: dict[str, Json],
) -> None:
    """
    Sort what a segment says about its process.

    Args:
        resource: attributes of the resource.
        indexed: keys that become annotations, each with its prefix; None: all.
        annotations: added to.
        default: metadata of the namespace ``default``; added to.
    """
    for key, value in resource.items():
        name = f"{RESOURCE_PREFIX}{key}"
        if limits.is_annotation_value(value) and (indexed is None or name in indexed):
            annotations[annotation_key(name)] = value
        elif value is not None:
            default[name] = raw(value)


def index_all(left: Mapping[str, Json], annotations: Annotations) -> None:
    """Make an annotation of everything that can be one; the rest is lost."""
    for key, value in left.items():
        if limits.is_annotation_value(value):
            annotations[annotation_key(key)] = value


def add_attributes(
    left: Mapping[str, Json],
    indexed: Iterable[str],
    annotations: Annotations,
    metadata: Metadata,
    default: dict[str, Json],
) -> None:
    """
    Sort the span's attributes; one that is listed and can be no annotation is lost.

    Args:
        left: attributes that no section has taken.
        indexed: keys that become annotations.
        annotations: added to.
        metadata: by namespace; added to.
        default: metadata of the namespace ``default``; added to.
    """
    index_all({key: left[key] for key in left if key in indexed}, annotations)
    for key, value in left.items():
        if key in indexed:
            continue
        if key.startswith(keys.METADATA_PREFIX) and isinstance(value, str):
            _add_namespace(key, value, metadata, default)
        elif value is not None:
            default[key] = raw(value)


def annotation_key(key: str) -> str:
    """Return *key* with ``_`` for every character that is no ASCII letter, digit or dot."""
    return _NOT_IN_KEYS.sub("_", key)


def _add_namespace(key: str, value: str, metadata: Metadata, default: dict[str, Json]) -> None:
    namespace = key[len(keys.METADATA_PREFIX) :]
    try:
        content = _object(value)
    except (ValueError, RecursionError):
        default[key] = value
        return
    if namespace.lower() == DEFAULT:
        default.update(content or {})
    else:
        metadata[namespace] = content


def _object(value: str) -> dict[str, Json] | None:
    content: Json = values.plain(_decode(value))  # escapes can spell half a surrogate pair
    if content is None or isinstance(content, dict):
        return cast("dict[str, Json] | None", content)
    msg = f"{value!r} is no object of JSON"
    raise ValueError(msg)


def _constant(name: str) -> Any:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


def _double(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _constant(digits)


def _integer(digits: str) -> float:
    number = _double(digits)
    return int(number) if abs(number) <= _EXACT else number


_decode = json.JSONDecoder(parse_constant=_constant, parse_float=_double, parse_int=_integer).decode
