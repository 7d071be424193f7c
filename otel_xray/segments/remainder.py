"""
Annotations and metadata: where every attribute goes that no section has taken.

An annotation is an attribute that the span (``aws.xray.annotations``) or the configuration lists.
A listed attribute is an annotation even when a section shows it too, and one that X-Ray cannot
index stays in metadata: the collector loses both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from otel_xray.model import keys, limits
from otel_xray.model.document import Json
from otel_xray.segments import values
from otel_xray.segments.field import Left
from otel_xray.segments.values import list_of, object_of

Annotations: TypeAlias = "dict[str, str | int | float | bool]"
Metadata: TypeAlias = "dict[str, dict[str, Json]]"

DEFAULT = "default"

_DEFAULTS = frozenset({DEFAULT, ""})
DEPTH = 190  # of JSON in an attribute: with what is around it, `framing` reads it again

_NESTED = DEPTH  # more brackets than this may be nested deeper


def indexed(listed: Iterable[str], attributes: Mapping[str, Json], left: Left) -> Annotations:
    """
    Return the annotations and take them out of *left*.

    Args:
        listed: keys of the attributes that are annotations.
        attributes: all that there are, also those that a section has taken.
        left: attributes that no section has taken yet.
    """
    found: Annotations = {}
    for key in listed:
        value = attributes.get(key)
        if not limits.is_annotation_value(value):
            continue
        name = limits.annotation_key(key)
        if name in found:  # two keys differ only in what X-Ray does not index: the first counts
            continue
        found[name] = _shortened(value)
        if found[name] is value:
            left.pop(key, None)
    return found


def listed_keys(left: Left, configured: tuple[str, ...]) -> list[str]:
    """Return the keys that the span and the configuration list; take the span's list."""
    if not isinstance(left.get(keys.ANNOTATIONS), list):
        return list(configured)
    own = list_of(left.pop(keys.ANNOTATIONS))
    return [key for key in own if isinstance(key, str)] + list(configured)


def metadata(left: Left, resource: Mapping[str, Json]) -> Metadata:
    """
    Return everything that is left, by namespace.

    Args:
        left: attributes that no section has taken.
        resource: metadata of the resource; empty for subsegments.
    """
    found: Metadata = {}
    default = {key: values.fresh(value) for key, value in resource.items()}
    for key, value in left.items():
        content = namespace(value) if key.startswith(keys.METADATA_PREFIX) else None
        if content is None:
            default[key] = value
            continue
        name = key[len(keys.METADATA_PREFIX) :]
        if name.lower() in _DEFAULTS:
            default.update(content)
        else:
            found[name] = content
    if default:
        found[DEFAULT] = default
    return found


def _shortened(value: Json) -> Json:
    if isinstance(value, str) and len(value) > limits.ANNOTATION_VALUE_LENGTH:
        return value[: limits.ANNOTATION_VALUE_LENGTH]
    return value


def namespace(text: Json) -> dict[str, Json] | None:
    """Return the object that *text* is the JSON of; None when it is none."""
    try:
        content = from_text(text)
    except ValueError:
        return None
    return object_of(content) if isinstance(content, dict) else None


def from_text(text: Json) -> Json:
    """
    Return what *text* is the JSON of, as values that JSON can hold.

    Raises:
        ValueError: *text* is no text, or no JSON that can be read.
    """
    if not isinstance(text, str):
        msg = "No text."
        raise ValueError(msg)  # noqa: TRY004  one kind of failure for all callers
    try:
        content = _decode(text)
    except RecursionError as error:
        msg = "Nested too deep."
        raise ValueError(msg) from error
    # Escapes can spell half a surrogate pair.
    odd = "\\ud" in text or "\\uD" in text or text.count("[") + text.count("{") > _NESTED
    return values.plain(content, DEPTH) if odd else content


def _number(text: str) -> float | str:
    return values.finite(float(text))


# JSON has neither NaN nor Infinity, though Python writes them, nor has a double 1e999.
_decode = json.JSONDecoder(parse_constant=str, parse_float=_number).decode
