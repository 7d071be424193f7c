"""
OTLP in JSON (OTLP specification, "JSON Protobuf Encoding") → spans.

Ids are hexadecimal; 64-bit numbers are texts or numbers; enums are numbers or names; bytes are
base64; unknown members are ignored, and null is the same as absent.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NoReturn, TypeVar, cast

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
from otel_xray.model.document import Json
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

Member = TypeVar("Member")
Object = Mapping[str, Json]

_NESTING = 100  # as deep as the protobuf library goes
_KINDS = {f"SPAN_KIND_{kind.name}": kind for kind in Kind}
_STATUSES = {f"STATUS_CODE_{code.name}": code for code in StatusCode}
_BEYOND = 1 << 64
_NOTHING: Object = {}


def decode(body: bytes) -> Iterator[ReceivedSpan | RefusedSpan]:
    """
    Read a trace request; its outer shape is checked before the first span is returned.

    Raises:
        InvalidDocument: *body* is no such request; later ones are raised while iterating.
    """
    return _spans(_objects(_parse(body), "resourceSpans"))


def answer(refused: int, reason: str) -> bytes:
    """Return the response; 64-bit numbers are texts."""
    partial_success = {"rejectedSpans": str(refused), "errorMessage": reason}
    return json.dumps({"partialSuccess": partial_success} if refused else {}).encode()


def _parse(body: bytes) -> Object:
    try:
        request = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        msg = f"The body of {len(body)} bytes is no JSON: {error}"
        raise InvalidDocument(msg) from error
    if not isinstance(request, dict):
        msg = f"The body is {request!r:.80}; write a JSON object with resourceSpans."
        raise InvalidDocument(msg)
    return cast("Object", request)


def _refuse_constant(text: str) -> NoReturn:
    msg = f"{text} is not JSON"
    raise ValueError(msg)


def _spans(groups: list[Object]) -> Iterator[ReceivedSpan | RefusedSpan]:
    for group in groups:
        resource = _object(group, "resource")
        resource_attributes = _attributes(resource)
        for scope_spans in _objects(group, "scopeSpans"):
            scope = _object(scope_spans, "scope")
            scope_data = ScopeData(_text(scope, "name"), _text(scope, "version"))
            for span in _objects(scope_spans, "spans"):
                try:
                    data = _span(span, resource_attributes, scope_data)
                except InvalidDocument as error:
                    yield RefusedSpan(str(error))
                    continue
                yield ReceivedSpan(data, partial(_original, resource, scope, span))


def _span(span: Object, resource: Attributes, scope: ScopeData) -> SpanData:
    status = _object(span, "status")
    return SpanData(
        trace_id=identifier(_hex(span, "traceId"), TRACE_ID_BYTES, "traceId"),
        span_id=identifier(_hex(span, "spanId"), SPAN_ID_BYTES, "spanId"),
        parent_id=parent(_hex(span, "parentSpanId")),
        name=_text(span, "name"),
        start=started(_integer(span, "startTimeUnixNano")),
        end=_integer(span, "endTimeUnixNano") or None,
        kind=_enum(span, "kind", _KINDS, Kind.UNSPECIFIED),
        attributes=_attributes(span),
        status=_enum(status, "code", _STATUSES, StatusCode.UNSET),
        status_message=_text(status, "message"),
        events=tuple(
            EventData(_text(event, "name"), _integer(event, "timeUnixNano"), _attributes(event))
            for event in _objects(span, "events")
        ),
        links=tuple(
            LinkData(
                identifier(_hex(link, "traceId"), TRACE_ID_BYTES, "the traceId of a link"),
                identifier(_hex(link, "spanId"), SPAN_ID_BYTES, "the spanId of a link"),
                _attributes(link),
            )
            for link in _objects(span, "links")
        ),
        resource=resource,
        scope=scope,
        trace_state=_text(span, "traceState"),
        flags=_integer(span, "flags"),
    )


def _original(resource: Object, scope: Object, span: Object) -> Original:
    alone = {"resource": resource, "scopeSpans": [{"scope": scope, "spans": [span]}]}
    return Original(Form.OTLP_JSON, json.dumps(alone, separators=(",", ":")).encode())


# --- members of a JSON object -----------------------------------------------------------------


def _member(holder: Object, name: str, kind: type[Member], default: Member, remedy: str) -> Member:
    value = holder.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        msg = f"{name} is {value!r:.80}; write {remedy}."
        raise InvalidDocument(msg)
    return value


def _text(holder: Object, name: str) -> str:
    return _member(holder, name, str, "", "a text")


def _object(holder: Object, name: str) -> Object:
    return _member(holder, name, dict, _NOTHING, "an object")


def _objects(holder: Object, name: str) -> list[Object]:
    found: list[Json] = _member(holder, name, list, [], "an array of objects")
    return [_object({name: item}, name) for item in found]


def _hex(holder: Object, name: str) -> bytes:
    text = _text(holder, name)
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        msg = f"{name} is {text!r:.80}; write hexadecimal digits."
        raise InvalidDocument(msg) from error


def _integer(holder: Object, name: str) -> int:
    value = holder.get(name)
    if value is None:
        return 0
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = _BEYOND
    if not -_BEYOND < number < _BEYOND:
        msg = f"{name} is {value!r:.80}; write a whole number of 64 bits."
        raise InvalidDocument(msg)
    return number


def _enum(holder: Object, name: str, names: Mapping[str, Member], default: Member) -> Member:
    """Read a number or a name; a value that is not known yet is as good as none."""
    value = holder.get(name)
    if isinstance(value, str):
        return names.get(value, default)
    numbers = {int(cast("int", member)): member for member in names.values()}
    return numbers.get(_integer(holder, name), default)


def _attributes(holder: Object, depth: int = 0) -> Attributes:
    return _pairs(holder, "attributes", depth)


def _pairs(holder: Object, name: str, depth: int) -> Attributes:
    return {
        _text(pair, "key"): _value(_object(pair, "value"), depth + 1)
        for pair in _objects(holder, name)
    }


_VALUES: Mapping[str, Callable[[Object, int], AttributeValue]] = {
    "stringValue": lambda value, _: _text(value, "stringValue"),
    "boolValue": lambda value, _: _member(value, "boolValue", bool, default=False, remedy="true"),
    "intValue": lambda value, _: _integer(value, "intValue"),
    "doubleValue": lambda value, _: _double(value),
    "bytesValue": lambda value, _: _bytes(value),
    "arrayValue": lambda value, depth: [
        _value(item, depth + 1) for item in _objects(_object(value, "arrayValue"), "values")
    ],
    "kvlistValue": lambda value, depth: _pairs(_object(value, "kvlistValue"), "values", depth),
}


def _value(value: Object, depth: int) -> AttributeValue:
    if depth > _NESTING:
        msg = f"An attribute is nested more than {_NESTING} deep."
        raise InvalidDocument(msg)
    for name, read in _VALUES.items():
        if value.get(name) is not None:
            return read(value, depth)
    return None


def _double(value: Object) -> float:
    """Read a number, or the texts NaN, Infinity and -Infinity."""
    try:
        return float(value["doubleValue"])
    except (TypeError, ValueError, OverflowError) as error:
        msg = f"doubleValue is {value['doubleValue']!r:.80}; write a number."
        raise InvalidDocument(msg) from error


def _bytes(value: Object) -> bytes:
    text = _text(value, "bytesValue")
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        msg = f"bytesValue is {text!r:.80}; write base64."
        raise InvalidDocument(msg) from error
