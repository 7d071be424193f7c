"""Spans as text for people, for the standard output."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from otel_xray.exporters.batches import Spans
from otel_xray.model import keys
from otel_xray.model.ids import to_hex, to_xray
from otel_xray.model.span import Attributes, EventData, SpanData, StatusCode

_LONGEST_VALUE = 200
_NANOSECONDS = 1_000_000_000
_METADATA = keys.METADATA_PREFIX


def encode(spans: Spans) -> bytes:
    """Return a paragraph for each span."""
    return "".join(f"{line}\n" for span in spans for line in _lines(span)).encode(errors="replace")


def _lines(span: SpanData) -> Iterator[str]:
    service = span.resource.get(keys.SERVICE_NAME, "")
    began = datetime.fromtimestamp(span.start // _NANOSECONDS, timezone.utc)
    milliseconds = span.start // 1_000_000 % 1000
    yield (
        f"{began:%H:%M:%S}.{milliseconds:03} {_shown(span.name)} "
        f"({span.kind.name.lower()}, {_shown(service)}) {_duration(span)}{_status(span)}"
    )
    parent = f" parent {to_hex(span.parent_id)}" if span.parent_id is not None else ""
    yield f"    trace {to_xray(span.trace_id)} span {to_hex(span.span_id)}{parent}"
    yield from _pairs(span.attributes)
    for event in span.events:
        yield from _event(event)
    for link in span.links:
        yield f"    link to trace {to_xray(link.trace_id)} span {to_hex(link.span_id)}"


def _duration(span: SpanData) -> str:
    if span.end is None:
        return "in progress"
    return f"{(span.end - span.start) / 1_000_000:.1f} ms"


def _status(span: SpanData) -> str:
    if span.status is StatusCode.UNSET:
        return ""
    message = f": {_shown(span.status_message)}" if span.status_message else ""
    return f" {span.status.name}{message}"


def _pairs(attributes: Attributes) -> Iterator[str]:
    listed = attributes.get(keys.ANNOTATIONS)
    annotations = set(listed) if isinstance(listed, (list, tuple)) else set[object]()
    for key, value in attributes.items():
        if key in annotations:
            yield f"    annotation {_shown(key)} = {_shown(value)}"
        elif key.startswith(_METADATA):
            yield f"    metadata {_shown(key[len(_METADATA) :])} = {_shown(value)}"
        elif key != keys.ANNOTATIONS:
            yield f"    {_shown(key)} = {_shown(value)}"


def _event(event: EventData) -> Iterator[str]:
    said = ", ".join(f"{_shown(key)} = {_shown(value)}" for key, value in event.attributes.items())
    yield f"    event {_shown(event.name)}{': ' if said else ''}{said}"


def _shown(value: object) -> str:
    """Return *value* in one line: a terminal must not obey what a request has brought."""
    text = str(value)
    text = text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
    return text if text.isprintable() else text.encode("unicode_escape").decode()
