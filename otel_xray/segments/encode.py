"""
From a span to segment documents.

A document is made of sections; each section takes out of the span's attributes what it says, and
what is left at the end becomes metadata, so nothing is lost on the way.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import cast

from otel_xray.model import ids, keys
from otel_xray.model.document import Document, Json
from otel_xray.model.ids import SpanId
from otel_xray.model.span import Kind, SpanData
from otel_xray.segments import (
    aws,
    cause,
    flags,
    http,
    links,
    members,
    naming,
    remainder,
    restore,
    sql,
    values,
)
from otel_xray.segments.cause import NewId
from otel_xray.segments.field import Left, take
from otel_xray.segments.members import IN_PROGRESS, ORIGIN, SUBSEGMENT, USER
from otel_xray.segments.options import EncodeOptions
from otel_xray.segments.resource import RESOURCE_PREFIX, Sender, sender

__all__ = ["EncodeOptions", "random_id", "to_documents"]

LOCAL_ROOT = "LOCAL_ROOT"

_SEGMENT_KINDS = frozenset({Kind.SERVER, Kind.CONSUMER})
_CALL_KINDS = frozenset({Kind.CLIENT, Kind.PRODUCER, Kind.CONSUMER})
_OWN_ROOT_KINDS = frozenset({Kind.SERVER, Kind.INTERNAL})
_OF_DEPENDENCY = (
    keys.REMOTE_SERVICE,
    "aws.remote.operation",
    "remoteTarget",
    "K8s.RemoteNamespace",
)
_NANOSECONDS = 1_000_000_000  # an integer: int / int is rounded once, int / float twice

_NOTHING: dict[str, Json] = {}

_random = random.SystemRandom()  # the kernel's: survives forks and frozen processes


_DEFAULT_OPTIONS = EncodeOptions()


def random_id() -> SpanId:
    """Return a random id, never zero."""
    return _random.randrange(1, 1 << 64)


def to_documents(
    span: SpanData, options: EncodeOptions = _DEFAULT_OPTIONS, new_id: NewId = random_id
) -> list[Document]:
    """
    Return *span* as one segment document, or as two.

    A call that a process makes without being asked (``aws.span.kind`` is ``LOCAL_ROOT``) is two:
    the call, and the segment of the service around it. A span that was a document is that
    document again.

    Args:
        span: in any state; attributes may hold anything.
        options: what becomes an annotation, log groups, and whose rules hold.
        new_id: makes the ids that X-Ray needs and the span has not.
    """
    if options.compatibility == "collector":
        from otel_xray.segments.collector import documents  # noqa: PLC0415  loaded when chosen

        return documents.to_documents(span, options, new_id)
    if span.scope.name == members.SCOPE:
        index_all = options.index_all_attributes
        return [restore.document(span, options.indexed_attributes, index_all=index_all)]
    attributes = values.own(span.attributes)
    encoder = _Encoder(span, sender(span.resource), options, new_id)
    if attributes.get(keys.SPAN_KIND) != LOCAL_ROOT:
        segment = span.kind in _SEGMENT_KINDS or span.parent_id is None
        own = span.kind in _SEGMENT_KINDS
        return [encoder.document(attributes, segment=segment, own=own)]
    del attributes[keys.SPAN_KIND]
    if span.kind in _OWN_ROOT_KINDS:
        return [encoder.document(attributes, segment=True, own=True)]
    return encoder.pair(attributes)


@dataclass(slots=True)  # not frozen: that would double what it costs to make one for each span
class _Encoder:
    """What every step of encoding one span looks at."""

    span: SpanData
    sender: Sender
    options: EncodeOptions
    new_id: NewId

    def document(self, attributes: dict[str, Json], *, segment: bool, own: bool) -> Document:
        """
        Return one document.

        Args:
            attributes: of the span, or those of them that matter to this document.
            segment: it is a segment, not a subsegment.
            own: it is the segment of the process itself, named as the service.
        """
        span = self.span
        left = attributes.copy()
        api_call = naming.is_aws_call(left)
        document, namespace = self._identity(left, segment=segment, own=own)
        _add_end(document, span, left)
        if span.parent_id is not None:
            document["parent_id"] = ids.to_hex(span.parent_id)
        if not segment:
            document["type"] = SUBSEGMENT
        if namespace is not None:
            document["namespace"] = namespace
        self._add_sections(document, left, api_call=api_call or namespace == naming.AWS)
        self._add_sender(document, left, segment=segment)
        self._add_rest(document, attributes, left, segment=segment)
        return document

    def pair(self, attributes: dict[str, Json]) -> list[Document]:
        """Return the call as a subsegment, and the segment of the service that made it."""
        own = attributes.pop(keys.LOCAL_SERVICE, None)
        call = self.document(attributes, segment=False, own=False)
        call.setdefault("namespace", naming.REMOTE)
        service = {key: attributes[key] for key in attributes if key not in _OF_DEPENDENCY}
        if own is not None:
            service[keys.LOCAL_SERVICE] = own
        around = self.document(service, segment=True, own=True)
        around["id"] = call["parent_id"] = ids.to_hex(self.new_id())
        around["aws"] = aws.without_call(around.get("aws", {}))
        around["metadata"] = remainder.metadata({}, self.sender.metadata)
        around.pop("http", None)
        around.pop("sql", None)
        # A link of a consumer leads to whoever asked, any other one to what was called for.
        (call if self.span.kind is Kind.CONSUMER else around).pop("links", None)
        return [call, around]

    def _identity(self, left: Left, *, segment: bool, own: bool) -> tuple[Document, str | None]:
        span = self.span
        named_by = None
        if own:
            name = naming.of_service(span.name, self.sender.service, left)
        elif span.kind in _CALL_KINDS:
            name, named_by = naming.of_call(span.name, left)
        else:
            name = naming.of_work(span.name, left, segment=segment)
        document: Document = {
            "name": name,
            "id": ids.to_hex(span.span_id),
            "start_time": span.start / _NANOSECONDS,
            "trace_id": ids.to_xray(span.trace_id),
        }
        return document, None if own else naming.namespace(span.kind, named_by, left)

    def _add_sections(self, document: Document, left: Left, *, api_call: bool) -> None:
        span = self.span
        request = http.section(span.kind, left)
        if request is not None:
            document["http"] = request
        status = request.get("response", {}).get("status") if request else None
        document.update(cast("Document", flags.flags(span.status, status, left)))
        reason = cause.section(span, self.sender.language, left, self.new_id, aws=api_call)
        if reason is not None:
            document["cause"] = reason
        document["aws"] = aws.section(self.sender, self.options.log_groups, left, api_call=api_call)
        query = sql.section(left)
        if query is not None:
            document["sql"] = query

    def _add_sender(self, document: Document, left: Left, *, segment: bool) -> None:
        facts = self.sender
        origin = take(ORIGIN, left) or (facts.segment_origin if segment else facts.origin)
        if origin is not None:
            document["origin"] = origin
        if facts.service_section:
            document["service"] = dict(facts.service_section)
        user = take(USER, left)
        if user is not None:
            document["user"] = user
        members.add_stated(document, left)

    def _add_rest(
        self, document: Document, attributes: dict[str, Json], left: Left, *, segment: bool
    ) -> None:
        resource = self.sender.metadata if segment else _NOTHING
        listed = remainder.listed_keys(left, self.options.indexed_attributes)
        if self.options.index_all_attributes:
            listed += [key for key in left if not key.startswith(keys.METADATA_PREFIX)]
            listed += resource
        if listed:
            if any(key.startswith(RESOURCE_PREFIX) for key in listed):
                attributes = {**attributes, **resource}
                left.update(values.fresh(resource))
                resource = _NOTHING
            found = remainder.indexed(listed, attributes, left)
            if found:
                document["annotations"] = found
        rest = remainder.metadata(left, resource)
        if rest:
            document["metadata"] = rest
        if self.span.links:
            document["links"] = [links.to_link(link) for link in self.span.links]


def _add_end(document: Document, span: SpanData, left: Left) -> None:
    if take(IN_PROGRESS, left) or span.end is None:
        document["in_progress"] = True
    else:
        document["end_time"] = span.end / _NANOSECONDS
