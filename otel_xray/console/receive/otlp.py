"""
OTLP in protobuf (opentelemetry-proto, ``trace_service.proto``) → spans.

Messages are read field by field: the generic converters of the protobuf library cost more than
storing does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]  # has no stubs
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # has no stubs
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from otel_xray.console.entity import Form, Original
from otel_xray.console.receive.spans import (
    SPAN_ID_BYTES,
    TRACE_ID_BYTES,
    ReceivedSpan,
    RefusedSpan,
    identifier,
    parent,
    started,
)
from otel_xray.errors import InvalidDocument
from otel_xray.model.span import (
    Attributes,
    AttributeValue,
    EventData,
    Kind,
    LinkData,
    ScopeData,
    SpanData,
    StatusCode,
)

_IDS = frozenset({"traceId", "spanId", "parentSpanId"})
_KINDS: Mapping[int, Kind] = {int(kind): kind for kind in Kind}
_STATUSES: Mapping[int, StatusCode] = {int(code): code for code in StatusCode}


def decode(body: bytes) -> Iterator[ReceivedSpan | RefusedSpan]:
    """
    Read an ``ExportTraceServiceRequest``.

    Raises:
        InvalidDocument: *body* is no such message.
    """
    try:
        request = ExportTraceServiceRequest.FromString(body)
    except DecodeError as error:
        msg = f"The body of {len(body)} bytes is no OTLP trace request in protobuf: {error}"
        raise InvalidDocument(msg) from error
    return _spans(request)


def answer(refused: int, reason: str) -> bytes:
    """Return the ``ExportTraceServiceResponse``."""
    response = ExportTraceServiceResponse()
    if refused:
        response.partial_success.CopyFrom(
            ExportTracePartialSuccess(rejected_spans=refused, error_message=reason)
        )
    data: bytes = response.SerializeToString()
    return data


def to_json(data: bytes) -> str:
    """Return one kept span (a ``ResourceSpans`` of one) in OTLP's JSON encoding."""
    message: dict[str, Any] = MessageToDict(ResourceSpans.FromString(data))
    for scope_spans in message["scopeSpans"]:
        for span in scope_spans["spans"]:
            for holder in (span, *span.get("links", ())):
                _ids_to_hex(holder)
    return json.dumps(message)


def attributes(pairs: Iterable[KeyValue]) -> Attributes:
    """Return *pairs* as a mapping; of a repeated key the last value counts."""
    return {pair.key: _value(pair.value) for pair in pairs}


def _ids_to_hex(holder: dict[str, Any]) -> None:
    """Protobuf's JSON writes bytes in base64; OTLP wants ids in hexadecimal."""
    for name in _IDS & holder.keys():
        holder[name] = base64.b64decode(holder[name]).hex()


def _spans(request: ExportTraceServiceRequest) -> Iterator[ReceivedSpan | RefusedSpan]:
    for resource_spans in request.resource_spans:
        resource = attributes(resource_spans.resource.attributes)
        for scope_spans in resource_spans.scope_spans:
            scope = _scope(scope_spans.scope)
            for span in scope_spans.spans:
                try:
                    data = _span(span, resource, scope)
                except InvalidDocument as error:
                    yield RefusedSpan(str(error))
                    continue
                yield ReceivedSpan(data, partial(_original, resource_spans, scope_spans, span))


def _span(span: Span, resource: Attributes, scope: ScopeData) -> SpanData:
    return SpanData(
        trace_id=identifier(span.trace_id, TRACE_ID_BYTES, "trace_id"),
        span_id=identifier(span.span_id, SPAN_ID_BYTES, "span_id"),
        parent_id=parent(span.parent_span_id),
        name=span.name,
        start=started(span.start_time_unix_nano),
        end=span.end_time_unix_nano or None,
        kind=_KINDS.get(span.kind, Kind.UNSPECIFIED),
        attributes=attributes(span.attributes),
        status=_STATUSES.get(span.status.code, StatusCode.UNSET),
        status_message=span.status.message,
        events=tuple(
            EventData(event.name, event.time_unix_nano, attributes(event.attributes))
            for event in span.events
        ),
        links=tuple(
            LinkData(
                identifier(link.trace_id, TRACE_ID_BYTES, "the trace_id of a link"),
                identifier(link.span_id, SPAN_ID_BYTES, "the span_id of a link"),
                attributes(link.attributes),
            )
            for link in span.links
        ),
        resource=resource,
        scope=scope,
        trace_state=span.trace_state,
        flags=span.flags,
    )


def _scope(scope: InstrumentationScope) -> ScopeData:
    return ScopeData(scope.name, scope.version)


def _original(resource_spans: ResourceSpans, scope_spans: ScopeSpans, span: Span) -> Original:
    """Keep one span as a message that stands alone, with its resource and scope."""
    alone = ResourceSpans(
        resource=resource_spans.resource,
        schema_url=resource_spans.schema_url,
        scope_spans=[
            ScopeSpans(scope=scope_spans.scope, schema_url=scope_spans.schema_url, spans=[span])
        ],
    )
    return Original(Form.OTLP_PROTOBUF, alone.SerializeToString())


_VALUES: Mapping[str, Callable[[AnyValue], AttributeValue]] = {
    "string_value": lambda value: value.string_value,
    "bool_value": lambda value: value.bool_value,
    "int_value": lambda value: value.int_value,
    "double_value": lambda value: value.double_value,
    "bytes_value": lambda value: value.bytes_value,
    "array_value": lambda value: [_value(item) for item in value.array_value.values],
    "kvlist_value": lambda value: attributes(value.kvlist_value.values),
}


def _value(value: AnyValue) -> AttributeValue:
    read = _VALUES.get(value.WhichOneof("value") or "")
    return read(value) if read else None
