"""Documents in a form in which they can be compared, and the smallest span that differs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from otel_xray.model import ids
from otel_xray.model.span import SpanData
from otel_xray.segments.encode import to_documents
from tests.segments.collector.process import Pipeline

EXACT = 1 << 53  # beyond it Go may have written a double's shortest digits without an exponent


def comparable(span: SpanData, documents: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return *documents* with invented ids numbered and each number in one form."""
    names: dict[str, str] = {}
    for number in (span.span_id, span.parent_id):
        if number:
            names[ids.to_hex(number)] = "own" if number == span.span_id else "parent"
    return [_numbers(_named(document, names)) for document in documents]


def _named(document: Mapping[str, Any], names: dict[str, str]) -> dict[str, Any]:
    def name(holder: dict[str, Any]) -> None:
        for member in ("id", "parent_id", "cause"):
            if isinstance(holder.get(member), str):
                holder[member] = names.setdefault(holder[member], f"invented {len(names)}")

    copy: dict[str, Any] = json.loads(json.dumps(document))
    name(copy)
    for exception in (copy.get("cause") or {}).get("exceptions", ()):
        name(exception)
    return copy


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    if isinstance(value, bool):
        return str(value)  # True == 1
    if isinstance(value, (int, float)):
        return float(value) if abs(value) > EXACT or value % 1 else int(value)
    return value


def ours(span: SpanData, pipeline: Pipeline) -> list[Any]:
    """Return what this package makes of *span*."""
    made = to_documents(span, pipeline.options, count(1 << 60).__next__)
    return comparable(span, made)


def theirs(spans: Sequence[SpanData], pipeline: Pipeline) -> list[list[Any]]:
    """Return what the collector makes of each of *spans*."""
    by_trace: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for document in pipeline.documents(spans):
        by_trace[document["trace_id"]].append(document)
    return [comparable(span, by_trace[ids.to_xray(span.trace_id)]) for span in spans]


def smallest(span: SpanData, differs: Callable[[SpanData], bool]) -> SpanData:
    """Return *span* without everything that is not needed for it to differ."""
    while True:
        smaller = next(filter(differs, _smaller(span)), None)
        if smaller is None:
            return span
        span = smaller


def _smaller(span: SpanData) -> Iterator[SpanData]:
    for member in ("attributes", "resource"):
        whole: Mapping[str, Any] = getattr(span, member)
        for key in whole:
            yield _with(span, member, {name: whole[name] for name in whole if name != key})
    for member in ("events", "links"):
        parts: Sequence[Any] = getattr(span, member)
        for at in range(len(parts)):
            yield _with(span, member, [*parts[:at], *parts[at + 1 :]])
    for at, event in enumerate(span.events):
        for key in event.attributes:
            rest = {name: event.attributes[name] for name in event.attributes if name != key}
            events = [*span.events[:at], event._replace(attributes=rest), *span.events[at + 1 :]]
            yield span._replace(events=events)


def _with(span: SpanData, member: str, value: Any) -> SpanData:
    return span._replace(**{member: value})
