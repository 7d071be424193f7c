"""
The story of a business key: all traces that carry it, in one order of time.

A trace ends where a third party takes over, and another one begins where that calls back. What
belongs together has an annotation in common, and links say which span was resumed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence

from otel_xray.console.entity import AnnotationValue
from otel_xray.console.query.filters import filters
from otel_xray.console.query.timeline import timeline
from otel_xray.console.store.base import Correlated, LinkedTrace, Wanted
from otel_xray.errors import ConfigurationError
from otel_xray.model import keys, limits
from otel_xray.model.document import Json
from otel_xray.model.ids import to_hex, to_xray
from otel_xray.segments.links import from_link
from otel_xray.segments.values import list_of

_INTEGERS = range(-(1 << 63), 1 << 63)  # what the store keeps as numbers
_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")


def wanted(pairs: Iterable[str]) -> dict[str, tuple[AnnotationValue, ...]]:
    """
    Read what a trace must have: ``orderId=71032`` is a text, and a number.

    Raises:
        ConfigurationError: one is no pair, a key is given twice, or there is none.
    """
    found: dict[str, tuple[AnnotationValue, ...]] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if not key or not value or not _is_text(pair):
            msg = f"{pair!r:.100} is no annotation; write key=value, as in orderId=71032."
            raise ConfigurationError(msg)
        if key in found:
            msg = f"{key!r:.100} is given twice; a story has one value of each key."
            raise ConfigurationError(msg)
        found[key] = _values(value)
    if not 0 < len(found) <= limits.ANNOTATIONS_PER_TRACE:
        most = limits.ANNOTATIONS_PER_TRACE
        msg = f"{len(found)} annotations are given; write 1 to {most}, as in orderId=71032."
        raise ConfigurationError(msg)
    return found


def story(asked: Wanted, found: Correlated) -> dict[str, Json]:
    """Return the answer to ``GET /api/story``."""
    ends: list[float] = []
    traces: list[Json] = []
    place = {
        to_xray(each.trace.outline.trace_id): number for number, each in enumerate(found.traces, 1)
    }
    for each in found.traces:
        outline = each.trace.outline
        whole = timeline(each.trace)
        gap = outline.start - max(ends) if ends else None
        traces.append({**whole, "gap": gap, "links": _links(each, place)})
        ends.append(outline.start if outline.end is None else outline.end)
    return {
        "pairs": {key: values[0] for key, values in asked.items()},
        "filters": {**filters(_as_found(asked, found.traces))},
        "total": found.total,
        "traces": traces,
    }


def _values(text: str) -> tuple[AnnotationValue, ...]:
    """Return everything that may have been recorded where *text* is shown."""
    if text in _BOOLEANS:
        return text, _BOOLEANS[text]
    number = _number(text)
    return (text,) if number is None else (text, number)


def _is_text(text: str) -> bool:
    """Say whether *text* is Unicode: a shell hands over any bytes."""
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _number(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    if _INTEGER.fullmatch(text):
        return int(text) if int(text) in _INTEGERS else None
    number = float(text)
    return number if math.isfinite(number) else None


def _as_found(asked: Wanted, traces: Sequence[LinkedTrace]) -> Wanted:
    """Return the values of *asked* that were recorded; texts, where nothing was."""
    recorded = {
        (key, type(value) is bool, value)
        for each in traces
        for key, value in each.trace.outline.annotations
    }
    return {
        key: tuple(one for one in values if (key, type(one) is bool, one) in recorded) or values[:1]
        for key, values in asked.items()
    }


def _links(each: LinkedTrace, place: Mapping[str, int]) -> list[Json]:
    """Return the links of a trace; ``number`` says which trace of the story one leads to."""
    found: list[Json] = []
    for entity, body in each.linked:
        for link in filter(None, map(from_link, list_of(json.loads(body).get("links")))):
            to, kind = to_xray(link.trace_id), link.attributes.get(keys.LINK_KIND)
            found.append(
                {
                    "from": entity,
                    "trace": to,
                    "id": to_hex(link.span_id),
                    "kind": kind if isinstance(kind, str) else None,
                    "number": place.get(to),
                }
            )
    return found
