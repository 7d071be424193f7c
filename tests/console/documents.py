"""Segment documents and OTLP requests for the console's tests."""

from __future__ import annotations

import json
from typing import Any, cast

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from otel_xray.console.entity import Entity, from_document
from otel_xray.model.document import Document

TRACE = 0x5759E988BD862E3FE1BE46A994272793
TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
W3C = "5759e988bd862e3fe1be46a994272793"
ROOT = "70de5b6f19ff9a0a"
CHILD = "70de5b6f19ff9a0b"
START = 1_700_000_000.0
HEADER = b'{"format":"json","version":1}\n'


def document(**members: Any) -> Document:
    """Return a complete segment; a member given as None is left out."""
    base: dict[str, Any] = {
        "trace_id": TRACE_ID,
        "id": ROOT,
        "name": "orders",
        "start_time": START,
        "end_time": START + 1,
    }
    merged = {key: value for key, value in {**base, **members}.items() if value is not None}
    return cast("Document", merged)


def subsegment(**members: Any) -> Document:
    """Return a complete independent subsegment of `document`."""
    base = {"id": CHILD, "parent_id": ROOT, "type": "subsegment", "name": "work"}
    return document(**{**base, **members})


def entity(**members: Any) -> Entity:
    """Return the entity of a segment."""
    return from_document(document(**members))


def datagram(sent: Document) -> bytes:
    """Return what an X-Ray SDK sends."""
    return HEADER + json.dumps(sent).encode()


def span(**fields: Any) -> Span:
    """Return an OTLP span of one second."""
    base: dict[str, Any] = {
        "trace_id": bytes.fromhex(W3C),
        "span_id": bytes.fromhex(ROOT),
        "name": "GET /orders",
        "kind": Span.SPAN_KIND_SERVER,
        "start_time_unix_nano": int(START) * 10**9,
        "end_time_unix_nano": (int(START) + 1) * 10**9,
    }
    return Span(**{**base, **fields})


def request(*spans: Span, service: str = "orders") -> bytes:
    """Return an OTLP request in protobuf."""
    named = KeyValue(key="service.name", value=AnyValue(string_value=service))
    group = ResourceSpans(
        resource=Resource(attributes=[named]),
        scope_spans=[ScopeSpans(scope=InstrumentationScope(name="tests"), spans=spans)],
    )
    body: bytes = ExportTraceServiceRequest(resource_spans=[group]).SerializeToString()
    return body


def json_span(**members: Any) -> dict[str, Any]:
    """Return an OTLP span of one second in JSON."""
    return {
        "traceId": W3C,
        "spanId": ROOT,
        "name": "GET /orders",
        "kind": 2,
        "startTimeUnixNano": str(int(START) * 10**9),
        "endTimeUnixNano": str((int(START) + 1) * 10**9),
        **members,
    }


def json_request(*spans: Any) -> bytes:
    """Return an OTLP request in JSON."""
    named = {"key": "service.name", "value": {"stringValue": "orders"}}
    group = {
        "resource": {"attributes": [named]},
        "scopeSpans": [{"scope": {"name": "tests"}, "spans": list(spans)}],
    }
    return json.dumps({"resourceSpans": [group]}).encode()
