"""The ``links`` section, in both directions."""

from __future__ import annotations

from collections.abc import Mapping

from otel_xray.errors import InvalidTraceId
from otel_xray.model import ids
from otel_xray.model.document import Json, Link
from otel_xray.model.span import AttributeValue, LinkData
from otel_xray.segments import values
from otel_xray.segments.values import list_of, object_of


def to_link(link: LinkData) -> Link:
    """Return *link* as a document has it."""
    found: Link = {"trace_id": ids.to_xray(link.trace_id), "id": ids.to_hex(link.span_id)}
    if link.attributes:
        found["attributes"] = values.own(link.attributes)
    return found


def from_link(link: Json) -> LinkData | None:
    """Return *link* of a document; None when it names no segment."""
    members = object_of(link)
    trace_id, span_id = members.get("trace_id"), members.get("id")
    if not (isinstance(trace_id, str) and isinstance(span_id, str)):
        return None
    try:
        trace = ids.parse_trace_id(trace_id)
    except InvalidTraceId:
        return None
    span = ids.parse_span_id(span_id)
    return None if span is None else LinkData(trace, span, _attributes(members))


def _attributes(members: Mapping[str, Json]) -> dict[str, AttributeValue]:
    """Return those attributes that every exporter can send: one value, or texts."""
    return {
        key: value
        for key, value in object_of(members.get("attributes")).items()
        if is_scalar(value) or (list_of(value) and all(isinstance(i, str) for i in list_of(value)))
    }


def is_scalar(value: Json) -> bool:
    """Say whether *value* is an attribute that arrives unchanged, wherever it is sent."""
    if type(value) is str:
        return value.isascii() or values.text(value) == value
    if type(value) is int:
        return -(1 << 63) <= value < 1 << 63
    return type(value) is bool or (type(value) is float and values.finite(value) is value)
