"""
From a segment document to spans.

A document is flattened, and each segment or subsegment of it is one span. Its members become
attributes by the table of `members`; what the table does not know travels along, so that
`encode` makes the same document of the span again. Where the process ran is told twice: as the
span's own statement, which comes back as it was, and as the resource, for other backends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple, cast

from otel_xray.errors import InvalidDocument
from otel_xray.model import ids, keys
from otel_xray.model.document import Document, Json
from otel_xray.model.ids import TraceId
from otel_xray.model.span import (
    Attributes,
    EventData,
    Kind,
    LinkData,
    ScopeData,
    SpanData,
    StatusCode,
)
from otel_xray.segments import identity, links, members, sender, stacks
from otel_xray.segments.cause import EXCEPTION
from otel_xray.segments.field import read
from otel_xray.segments.identity import Rest
from otel_xray.segments.naming import AWS, REMOTE
from otel_xray.segments.nesting import flatten
from otel_xray.segments.quoting import quoted
from otel_xray.segments.values import list_of, object_of, text

_SCOPE = ScopeData(members.SCOPE)
_SAMPLED = 1
# OTLP, span flags: bit 8 says that bit 9 is meaningful, bit 9 that the parent is remote.
_LOCAL_PARENT = _SAMPLED | 0x100
_REMOTE_PARENT = _LOCAL_PARENT | 0x200
_CALLS = frozenset({AWS, REMOTE})


def to_span_data(document: Document) -> list[SpanData]:
    """
    Return *document* as spans: its own first, then one for each subsegment, parents first.

    Args:
        document: a segment or an independent subsegment; nothing of it is changed.

    Raises:
        InvalidDocument: it has no usable id, trace id, name or times, a section is no object, or
            it holds what JSON cannot; the text names the member and quotes its value.
    """
    foreign: Json = document
    if not isinstance(foreign, dict):
        msg = f"The document is {quoted(foreign)}; it must be an object, as parse_document gives."
        raise InvalidDocument(msg)
    try:
        trace_id = identity.trace_id(document)
        resource = sender.resource(document)
        return [_span(one, trace_id, resource) for one in flatten(document)]
    except RecursionError as error:
        msg = f"The document named {identity.label(document)} is nested too deep."
        raise InvalidDocument(msg) from error


def _span(document: Mapping[str, Json], trace_id: TraceId, resource: Attributes) -> SpanData:
    segment = document.get("type") != members.SUBSEGMENT
    start = identity.time(document, "start_time")
    parent_id = identity.parent_id(document)
    stated = statement(document, start, cast("str", resource.get(keys.SDK_LANGUAGE, "")))
    return SpanData(
        trace_id=trace_id,
        span_id=identity.span_id(document),
        name=text(cast("str", document["name"])),
        start=start,
        end=stated.end,
        parent_id=parent_id,
        kind=stated.kind,
        attributes=stated.attributes,
        status=stated.status,
        events=stated.events,
        links=stated.links,
        resource=resource,
        scope=_SCOPE,
        flags=_SAMPLED if parent_id is None else _REMOTE_PARENT if segment else _LOCAL_PARENT,
    )


class Statement(NamedTuple):
    """
    What a document says, beside its ids, its name and its start, as a span says it.

    Attributes:
        end: nanoseconds; None while it is in progress.
    """

    kind: Kind
    attributes: dict[str, Json]
    events: tuple[EventData, ...]
    links: tuple[LinkData, ...]
    status: StatusCode
    end: int | None


def statement(document: Mapping[str, Json], start: int, language: str) -> Statement:
    """
    Return what *document* says, in the form from which `restore` makes the document again.

    Args:
        document: nothing of it is changed.
        start: nanoseconds; the time of exceptions when nothing tells a better one.
        language: of the SDK that made it, for the form of stack traces.

    Raises:
        InvalidDocument: as `to_span_data`.
    """
    attributes: dict[str, Json] = {}
    rest = read(members.MEMBERS, document, attributes)
    identity.check(document, rest)
    namespace = attributes.get(keys.NAMESPACE)
    segment = document.get("type") != members.SUBSEGMENT
    end = identity.end(document, attributes)
    _name_again(attributes, cast("str", document["name"]), namespace, segment=segment)
    events = _events(rest, end or start, language)
    linked = _links(rest)
    if rest.get("annotations") is not None:
        _add_annotations(rest, attributes)
    if rest.get("metadata") is not None:
        _add_metadata(rest, attributes)
    for member, value in rest.items():
        attributes[text(f"{members.MEMBER_PREFIX}{member}")] = _to_json(member, value)
    kind = Kind.SERVER if segment else Kind.CLIENT if namespace in _CALLS else Kind.INTERNAL
    return Statement(kind, attributes, events, linked, _status(document, kind), end)


def _name_again(attributes: dict[str, Json], name: str, namespace: Json, *, segment: bool) -> None:
    """Say name and namespace as OpenTelemetry does, for those who know no X-Ray."""
    if segment:
        attributes[keys.LOCAL_SERVICE] = text(name)
    elif namespace in _CALLS:
        attributes[keys.REMOTE_SERVICE] = text(name)
        if namespace == AWS:
            attributes[keys.RPC_SYSTEM] = keys.AWS_API


def _status(document: Mapping[str, Json], kind: Kind) -> StatusCode:
    """A client's call fails by its caller's fault too; a server's request does not."""
    failed = document.get("fault") is True or document.get("cause") is not None
    refused = document.get("error") is True and kind is Kind.CLIENT
    return StatusCode.ERROR if failed or refused else StatusCode.UNSET


def _events(rest: Rest, time: int, language: str) -> tuple[EventData, ...]:
    """Return the exceptions as events; an exception known by its id alone is one too."""
    cause = rest.get("cause")
    if isinstance(cause, str):
        found = ids.parse_span_id(cause)
        if found is None or ids.to_hex(found) != cause:
            return ()
        del rest["cause"]
        return (EventData(keys.EXCEPTION_EVENT, time, {keys.EXCEPTION_ID: cause}),)
    records = list_of(object_of(cause).get("exceptions"))
    if not records or not all(isinstance(record, dict) for record in records):
        return ()
    if len(records) > 1 or records[0].keys() != {"id"}:  # which would look like a reference
        others = object_of(rest.pop("cause"))
        del others["exceptions"]
        if others:
            rest["cause"] = others
    return tuple(_exception(object_of(record), time, language) for record in records)


def _exception(record: Mapping[str, Json], time: int, language: str) -> EventData:
    attributes: dict[str, Json] = {}
    rest = read(EXCEPTION, record, attributes)
    for member, value in rest.items():
        attributes[text(f"{members.MEMBER_PREFIX}{member}")] = _to_json(f"cause.{member}", value)
    if list_of(record.get("stack")):
        attributes[keys.EXCEPTION_STACKTRACE] = text(stacks.format(record, language))
    return EventData(keys.EXCEPTION_EVENT, time, attributes)


def _links(rest: Rest) -> tuple[LinkData, ...]:
    given = list_of(rest.get("links"))
    found = tuple(filter(None, map(links.from_link, given)))
    if given and list(map(links.to_link, found)) == given:
        del rest["links"]
    return found


def _add_annotations(rest: Rest, attributes: dict[str, Json]) -> None:
    listed: list[str] = []
    others: dict[str, Json] = {}
    given = object_of(rest.pop("annotations"))
    for key, value in given.items():
        if _is_annotation(key, value, attributes):
            attributes[key] = value
            listed.append(key)
        else:
            others[key] = value
    if listed:
        attributes[keys.ANNOTATIONS] = tuple(listed)
    if others or not given:
        rest["annotations"] = others


def _is_annotation(key: Json, value: Json, attributes: Mapping[str, Json]) -> bool:
    if not isinstance(key, str) or text(key) != key or not links.is_scalar(value):
        return False
    if key in members.OWN_KEYS or key.startswith(members.OWN_PREFIX):
        return key in attributes and (type(attributes[key]), attributes[key]) == (
            type(value),
            value,
        )
    return True


def _add_metadata(rest: Rest, attributes: dict[str, Json]) -> None:
    others: dict[str, Json] = {}
    given = object_of(rest.pop("metadata"))
    for namespace, content in given.items():
        if isinstance(content, dict):
            key = f"{keys.METADATA_PREFIX}{namespace}"
            attributes[text(key)] = _to_json(f"metadata.{namespace}", content)
        else:
            others[namespace] = content
    if others or not given:
        rest["metadata"] = others


def _to_json(path: str, value: Json) -> str:
    try:
        return text(_write_json(value))
    except (TypeError, ValueError) as error:
        msg = f"{path} is {quoted(value)}; it must be JSON, which has no such value ({error})."
        raise InvalidDocument(msg) from error


_write_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
