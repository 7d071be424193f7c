"""
Spans as an OTLP request, in protobuf's wire format.

Written by hand because the protobuf runtime and the generated messages cost a cold start more
instructions than everything else that is loaded to send a span (``docs/rationale.md`` has the
figures). The messages are those of opentelemetry-proto 1.x, ``trace.proto`` and ``common.proto``;
field numbers stand beside their names below. Every message is length-delimited, so encoding goes
inside out: parts are made first, then prefixed with their length.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from otel_xray.model.span import Attributes, EventData, LinkData, SpanData

_FIXED64 = struct.Struct("<Q").pack
_FIXED32 = struct.Struct("<I").pack
_DOUBLE = struct.Struct("<d").pack

_VARINT, _I64, _LEN, _I32 = 0, 1, 2, 5  # wire types
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1  # what 64 bits hold


def encode(spans: Sequence[SpanData]) -> bytes:
    """Return an ``ExportTraceServiceRequest`` with *spans*, grouped by resource and scope."""
    # Spans of one process share their resource: comparing identities spares comparing contents.
    groups = grouped(spans, lambda span: id(span.resource))
    return b"".join([_REQUEST_RESOURCE_SPANS(_resource_spans(group)) for group in groups])


def grouped(
    spans: Sequence[SpanData], key: Callable[[SpanData], Hashable]
) -> Iterable[list[SpanData]]:
    """Return *spans* in groups of the same *key*, in the order in which these come."""
    groups: dict[Hashable, list[SpanData]] = {}
    for span in spans:
        groups.setdefault(key(span), []).append(span)
    return groups.values()


def _resource_spans(spans: Sequence[SpanData]) -> bytes:
    resource = _attributes(_RESOURCE_ATTRIBUTE, spans[0].resource)
    scopes = grouped(spans, lambda span: span.scope)
    return _RESOURCE_RESOURCE(resource) + b"".join(
        [_RESOURCE_SCOPE_SPANS(_scope_spans(group)) for group in scopes]
    )


def _scope_spans(spans: Sequence[SpanData]) -> bytes:
    scope = spans[0].scope
    head = _text(_SCOPE_NAME, scope.name) + _text(_SCOPE_VERSION, scope.version)
    return _SCOPE_SPANS_SCOPE(head) + b"".join([_SCOPE_SPANS_SPAN(_span(span)) for span in spans])


def _span(span: SpanData) -> bytes:
    parts = [
        _SPAN_TRACE_ID(span.trace_id.to_bytes(16, "big")),
        _SPAN_SPAN_ID(span.span_id.to_bytes(8, "big")),
        _text(_SPAN_TRACE_STATE, span.trace_state),
        b"" if span.parent_id is None else _SPAN_PARENT_ID(span.parent_id.to_bytes(8, "big")),
        _text(_SPAN_NAME, span.name),
        _SPAN_KIND + _varint(span.kind),
        _SPAN_START + _FIXED64(span.start),
        b"" if span.end is None else _SPAN_END + _FIXED64(span.end),
        _attributes(_SPAN_ATTRIBUTE, span.attributes),
    ]
    parts.extend(_SPAN_EVENT(_event(event)) for event in span.events)
    parts.extend(_SPAN_LINK(_link(link)) for link in span.links)
    if span.status or span.status_message:
        message = _text(_STATUS_MESSAGE, span.status_message)
        parts.append(_SPAN_STATUS(message + _STATUS_CODE + _varint(span.status)))
    parts.append(_SPAN_FLAGS + _FIXED32(span.flags))
    return b"".join(parts)


def _event(event: EventData) -> bytes:
    return (
        _EVENT_TIME
        + _FIXED64(event.time)
        + _text(_EVENT_NAME, event.name)
        + _attributes(_EVENT_ATTRIBUTE, event.attributes)
    )


def _link(link: LinkData) -> bytes:
    return (
        _LINK_TRACE_ID(link.trace_id.to_bytes(16, "big"))
        + _LINK_SPAN_ID(link.span_id.to_bytes(8, "big"))
        + _attributes(_LINK_ATTRIBUTE, link.attributes)
    )


# --- attributes: KeyValue and AnyValue (common.proto) ------------------------------------------


def _attributes(field: _Delimited, attributes: Attributes) -> bytes:
    return b"".join([field(_key_value(key, value)) for key, value in attributes.items()])


def _key_value(key: str, value: object) -> bytes:
    return _KEY(key.encode("utf-8", "replace")) + _VALUE(_any_value(value))


def _any_value(value: object) -> bytes:
    encode_as = _BY_TYPE.get(type(value))
    return encode_as(value) if encode_as else _any_value_of_subclass(value)


def _any_value_of_subclass(value: object) -> bytes:
    for kind, encode_as in _BY_BASE:
        if isinstance(value, kind):
            return encode_as(value)
    return _string(str(value))


def _string(value: str) -> bytes:
    return _ANY_STRING(value.encode("utf-8", "replace"))


def _bool(value: bool) -> bytes:
    return _ANY_BOOL + (b"\x01" if value else b"\x00")


def _int(value: int) -> bytes:
    if not _LEAST <= value <= _MOST:
        return _string(str(value))
    return _ANY_INT + _varint(int(value) & (1 << 64) - 1)


def _float(value: float) -> bytes:
    return _ANY_DOUBLE + _DOUBLE(value)


def _bytes(value: bytes) -> bytes:
    return _ANY_BYTES(value)


def _array(value: Sequence[object]) -> bytes:
    return _ANY_ARRAY(b"".join([_ARRAY_VALUE(_any_value(item)) for item in value]))


def _map(value: Mapping[str, object]) -> bytes:
    entries = (_MAP_ENTRY(_key_value(str(key), item)) for key, item in value.items())
    return _ANY_MAP(b"".join(entries))


def _none(_value: None) -> bytes:
    return b""


_BY_TYPE: Mapping[type, Callable[[Any], bytes]] = {
    str: _string,
    bool: _bool,
    int: _int,
    float: _float,
    bytes: _bytes,
    tuple: _array,
    list: _array,
    dict: _map,
    type(None): _none,
}
_BY_BASE: tuple[tuple[type, Callable[[Any], bytes]], ...] = (
    (str, _string),
    (int, _int),
    (float, _float),
    (Mapping, _map),
    (Sequence, _array),
)

# --- the wire format ---------------------------------------------------------------------------


def _varint(value: int) -> bytes:
    if value < 0x80:  # noqa: PLR2004  seven bits a byte, the eighth says that more follow
        return _ONE_BYTE[value]
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


_ONE_BYTE = tuple(bytes((value,)) for value in range(0x80))


def _tag(number: int, wire_type: int) -> bytes:
    return _varint(number << 3 | wire_type)


class _Delimited:
    """A field whose value is prefixed with its length: a message, text or bytes."""

    __slots__ = ("_tag",)

    def __init__(self, number: int) -> None:
        self._tag = _tag(number, _LEN)

    def __call__(self, value: bytes) -> bytes:
        return self._tag + _varint(len(value)) + value


def _text(field: _Delimited, value: str) -> bytes:
    """Encode text; empty text is the default and is left out."""
    return field(value.encode("utf-8", "replace")) if value else b""


_REQUEST_RESOURCE_SPANS = _Delimited(1)
_RESOURCE_RESOURCE, _RESOURCE_SCOPE_SPANS = _Delimited(1), _Delimited(2)
_RESOURCE_ATTRIBUTE = _Delimited(1)
_SCOPE_SPANS_SCOPE, _SCOPE_SPANS_SPAN = _Delimited(1), _Delimited(2)
_SCOPE_NAME, _SCOPE_VERSION = _Delimited(1), _Delimited(2)

_SPAN_TRACE_ID, _SPAN_SPAN_ID, _SPAN_TRACE_STATE = _Delimited(1), _Delimited(2), _Delimited(3)
_SPAN_PARENT_ID, _SPAN_NAME = _Delimited(4), _Delimited(5)
_SPAN_KIND = _tag(6, _VARINT)
_SPAN_START, _SPAN_END = _tag(7, _I64), _tag(8, _I64)
_SPAN_ATTRIBUTE, _SPAN_EVENT, _SPAN_LINK = _Delimited(9), _Delimited(11), _Delimited(13)
_SPAN_STATUS = _Delimited(15)
_SPAN_FLAGS = _tag(16, _I32)

_EVENT_TIME = _tag(1, _I64)
_EVENT_NAME, _EVENT_ATTRIBUTE = _Delimited(2), _Delimited(3)
_LINK_TRACE_ID, _LINK_SPAN_ID, _LINK_ATTRIBUTE = _Delimited(1), _Delimited(2), _Delimited(4)
_STATUS_MESSAGE, _STATUS_CODE = _Delimited(2), _tag(3, _VARINT)

_KEY, _VALUE = _Delimited(1), _Delimited(2)
_ANY_STRING = _Delimited(1)
_ANY_BOOL, _ANY_INT, _ANY_DOUBLE = _tag(2, _VARINT), _tag(3, _VARINT), _tag(4, _I64)
_ANY_ARRAY, _ANY_MAP, _ANY_BYTES = _Delimited(5), _Delimited(6), _Delimited(7)
_ARRAY_VALUE, _MAP_ENTRY = _Delimited(1), _Delimited(1)
