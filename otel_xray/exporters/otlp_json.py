"""
Spans as an OTLP request in JSON, one line of text.

OTLP's JSON is protobuf's with two differences (specification, "JSON Protobuf Encoding"): ids are
hexadecimal, and enumerations are numbers.
"""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from otel_xray.exporters.otlp_encoding import grouped
from otel_xray.model.ids import to_hex
from otel_xray.model.span import Attributes, EventData, LinkData, ScopeData, SpanData

_LEAST, _MOST = -(1 << 63), (1 << 63) - 1  # what 64 bits hold


def encode(spans: Sequence[SpanData]) -> bytes:
    """Return an ``ExportTraceServiceRequest`` with *spans*, grouped by resource and scope."""
    groups = grouped(spans, lambda span: id(span.resource))
    request = {"resourceSpans": [_resource_spans(group) for group in groups]}
    # Half a surrogate pair is no text: it becomes a question mark, as in protobuf.
    text = json.dumps(request, ensure_ascii=False, check_circular=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def line(spans: Sequence[SpanData]) -> bytes:
    """Return `encode` and a line feed: how requests are kept in a file."""
    return encode(spans) + b"\n"


def _resource_spans(spans: Sequence[SpanData]) -> dict[str, Any]:
    scopes = grouped(spans, lambda span: span.scope)
    return {
        "resource": {"attributes": _attributes(spans[0].resource)},
        "scopeSpans": [
            {"scope": _scope(group[0].scope), "spans": [_span(span) for span in group]}
            for group in scopes
        ],
    }


def _scope(scope: ScopeData) -> dict[str, Any]:
    return _without_defaults({"name": scope.name, "version": scope.version})


def _span(span: SpanData) -> dict[str, Any]:
    status = _without_defaults({"message": span.status_message, "code": int(span.status)})
    return {
        "traceId": f"{span.trace_id:032x}",
        "spanId": to_hex(span.span_id),
        "name": span.name,
        "kind": int(span.kind),
        "startTimeUnixNano": str(span.start),
        **_without_defaults(
            {
                "traceState": span.trace_state,
                "parentSpanId": to_hex(span.parent_id) if span.parent_id is not None else "",
                "endTimeUnixNano": str(span.end) if span.end is not None else "",
                "attributes": _attributes(span.attributes),
                "events": [_event(event) for event in span.events],
                "links": [_link(link) for link in span.links],
                "status": status,
                "flags": span.flags,
            }
        ),
    }


def _event(event: EventData) -> dict[str, Any]:
    named = {"timeUnixNano": str(event.time), "name": event.name}
    return {**named, **_without_defaults({"attributes": _attributes(event.attributes)})}


def _link(link: LinkData) -> dict[str, Any]:
    ids = {"traceId": f"{link.trace_id:032x}", "spanId": to_hex(link.span_id)}
    return {**ids, **_without_defaults({"attributes": _attributes(link.attributes)})}


def _without_defaults(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


# --- attributes: KeyValue and AnyValue (common.proto) -----------------------------------------


def _attributes(attributes: Attributes) -> list[dict[str, Any]]:
    return [{"key": key, "value": _any_value(value)} for key, value in attributes.items()]


def _any_value(value: object) -> dict[str, Any]:
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return {"stringValue": str(value)}


def _int(value: int) -> dict[str, Any]:
    return {"intValue" if _LEAST <= value <= _MOST else "stringValue": str(int(value))}


def _float(value: float) -> dict[str, Any]:
    if math.isfinite(value):
        return {"doubleValue": value}
    sign = "-" if value < 0 else ""
    return {"doubleValue": "NaN" if math.isnan(value) else f"{sign}Infinity"}


def _map(value: Mapping[str, object]) -> dict[str, Any]:
    entries = [{"key": str(key), "value": _any_value(item)} for key, item in value.items()]
    return {"kvlistValue": {"values": entries}}


_WRITERS: Sequence[tuple[type, Callable[[Any], dict[str, Any]]]] = (
    (str, lambda value: {"stringValue": value}),
    (bool, lambda value: {"boolValue": value}),
    (int, _int),
    (float, _float),
    (bytes, lambda value: {"bytesValue": b64encode(value).decode()}),
    (type(None), lambda _value: {}),
    (Mapping, _map),
    (Sequence, lambda value: {"arrayValue": {"values": [_any_value(item) for item in value]}}),
)
