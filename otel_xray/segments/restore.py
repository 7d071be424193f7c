"""
From a span that was a segment document to that document.

Everything that the document said is stated by the span, so nothing is worked out here: not a name
from an address, not a flag from a status code. Attributes that came later become metadata.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import cast

from otel_xray.model import ids, keys, limits
from otel_xray.model.document import Document, Json
from otel_xray.model.span import Kind, SpanData
from otel_xray.segments import links, members, remainder, values
from otel_xray.segments.cause import EXCEPTION
from otel_xray.segments.field import Left, restore

_NANOSECONDS = 1_000_000_000  # an integer: int / int is rounded once, int / float twice


def document(
    span: SpanData, indexed_attributes: tuple[str, ...] = (), *, index_all: bool = False
) -> Document:
    """
    Return the document that *span* was.

    Args:
        span: as `decode` made it; its attributes may have come from anywhere since.
        indexed_attributes: keys of attributes that become annotations too.
        index_all: so does every attribute that has no place of its own.
    """
    attributes = values.own(span.attributes)
    left = attributes.copy()
    stated = _stated(left, members.IDENTITY)
    for key in members.NAMING:
        left.pop(key, None)
    found = _identity(span)
    _add_end(found, span, left)
    found.update(restore(members.MEMBERS, left))
    _add_cause(found, span)
    if span.links:
        found["links"] = [links.to_link(link) for link in span.links]
    annotations = _annotations(attributes, left)
    listed = list(indexed_attributes)
    if index_all:
        listed += [key for key in left if not key.startswith(members.OWN_PREFIX)]
    annotations = {**remainder.indexed(listed, attributes, left), **annotations}
    if annotations:
        found["annotations"] = annotations
    _add_metadata(found, left)
    members.merge(found, stated)
    return cast("Document", found)


def _identity(span: SpanData) -> dict[str, Json]:
    found: dict[str, Json] = {
        "name": limits.name(span.name),
        "id": ids.to_hex(span.span_id),
        "start_time": span.start / _NANOSECONDS,
        "trace_id": ids.to_xray(span.trace_id),
    }
    if span.parent_id is not None:
        found["parent_id"] = ids.to_hex(span.parent_id)
        if span.kind is not Kind.SERVER:
            found["type"] = members.SUBSEGMENT
    return found


def _add_end(found: dict[str, Json], span: SpanData, left: Left) -> None:
    if span.end is None:
        left[keys.IN_PROGRESS] = True
    elif left.get(keys.IN_PROGRESS) is not True:
        found["end_time"] = span.end / _NANOSECONDS


def _stated(left: Left, apart: Container[str] = ()) -> dict[str, Json]:
    """Return the members that travelled as JSON, but those *apart*; take their attributes."""
    found: dict[str, Json] = {}
    for key in [key for key in left if key.startswith(members.MEMBER_PREFIX)]:
        member = key[len(members.MEMBER_PREFIX) :]
        if member in apart:
            continue
        try:
            found[member] = remainder.from_text(left[key])
        except ValueError:
            continue
        del left[key]
    return found


def _add_cause(found: dict[str, Json], span: SpanData) -> None:
    records = [
        _record(values.own(event.attributes))
        for event in span.events
        if event.name == keys.EXCEPTION_EVENT
    ]
    if len(records) == 1 and records[0].keys() == {"id"} and "cause" not in found:
        found["cause"] = records[0]["id"]
    elif records:
        found.setdefault("cause", {})["exceptions"] = records


def _record(left: Left) -> dict[str, Json]:
    stated = _stated(left)
    return {**restore(EXCEPTION, left), **stated}


def _annotations(attributes: Mapping[str, Json], left: Left) -> dict[str, Json]:
    """Return the annotations exactly as they were, and take their attributes."""
    found: dict[str, Json] = {}
    for key in values.list_of(left.pop(keys.ANNOTATIONS, None)):
        value = attributes.get(key) if isinstance(key, str) else None
        if limits.is_annotation_value(value):
            found[key] = value
            left.pop(key, None)
    return found


def _add_metadata(found: dict[str, Json], left: Left) -> None:
    metadata: dict[str, Json] = {}
    for key in [key for key in left if key.startswith(keys.METADATA_PREFIX)]:
        content = remainder.namespace(left[key])
        if content is not None:
            metadata[key[len(keys.METADATA_PREFIX) :]] = content
            del left[key]
    if left:
        metadata[remainder.DEFAULT] = {**left, **metadata.get(remainder.DEFAULT, {})}
    if metadata:
        found["metadata"] = metadata
