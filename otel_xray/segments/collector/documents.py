"""
From a span to segment documents, exactly as the collector does it.

The rules are those of awsxrayexporter v0.156.0 with its default feature gates; the tests run both
on the same spans. Where the exporter's own code fails, so that the collector ends or the span is
lost (``docs/reference/known-gaps.md``), this writes a document none the less.
"""

from __future__ import annotations

from typing import cast

from otel_xray.model import ids, keys
from otel_xray.model.document import Document, Json
from otel_xray.model.ids import SpanId
from otel_xray.model.span import Kind, LinkData, SpanData
from otel_xray.segments import values
from otel_xray.segments.cause import NewId
from otel_xray.segments.collector import aws, cause, http, names, remainder, sql
from otel_xray.segments.collector.value import present, raw, read, text, without
from otel_xray.segments.options import EncodeOptions
from otel_xray.segments.resource import RESOURCE_PREFIX

SUBSEGMENT = "subsegment"

_SEGMENT_KINDS = frozenset({Kind.SERVER, Kind.CONSUMER})
_OWN_ROOT_KINDS = frozenset({Kind.SERVER, Kind.INTERNAL})
_OF_DEPENDENCY = (
    keys.REMOTE_SERVICE,
    "aws.remote.operation",
    "remoteTarget",
    "K8s.RemoteNamespace",
)


def to_documents(span: SpanData, options: EncodeOptions, new_id: NewId) -> list[Document]:
    """
    Return *span* as the documents that the collector would send.

    Args:
        span: in any state; attributes may hold anything.
        options: what becomes an annotation, and log groups.
        new_id: makes the ids that X-Ray needs and the span has not.
    """
    known = span._replace(
        name=values.text(span.name),
        status_message=values.text(span.status_message),
        attributes=read(span.attributes),
        resource=read(span.resource),
    )
    if not names.is_local_root(known):
        documents = [_document(known, options, new_id)]
    elif known.kind in _OWN_ROOT_KINDS:
        document = _document(known, options, new_id)
        documents = [{**document, "type": None, "namespace": None}]
    else:
        documents = _pair(known, options, new_id)
    return [cast("Document", _written(document)) for document in documents]


def _pair(span: SpanData, options: EncodeOptions, new_id: NewId) -> list[dict[str, Json]]:
    """Return the call as a subsegment, and the segment of the service that made it."""
    between = new_id()
    call = _document(span._replace(parent_id=between), options, new_id)
    call["type"] = SUBSEGMENT
    call["namespace"] = call["namespace"] or names.REMOTE
    if keys.REMOTE_SERVICE in span.attributes:
        call["name"] = names.remote_service(span.attributes) or None
    around = _around(span, between, options, new_id)
    (call if span.kind is Kind.CONSUMER else around)["links"] = None
    return [call, around]


def _around(
    span: SpanData, own_id: SpanId, options: EncodeOptions, new_id: NewId
) -> dict[str, Json]:
    attributes = {key: value for key, value in span.attributes.items() if key not in _OF_DEPENDENCY}
    around = _document(span._replace(span_id=own_id, attributes=attributes), options, new_id)
    for source, key in ((span.attributes, keys.LOCAL_SERVICE), (span.resource, keys.SERVICE_NAME)):
        if key in source:
            around["name"] = text(source[key]) or None
            break
    around.update(type=None, namespace=None, http=None)
    around["aws"] = around["aws"] and aws.without_call(around["aws"])
    around["metadata"] = _of_resource(around["metadata"])
    return around


def _of_resource(metadata: remainder.Metadata) -> remainder.Metadata:
    """Return *metadata* without what the span says; a namespace stays, though empty."""
    return {
        namespace: content
        and {key: value for key, value in content.items() if key.startswith(RESOURCE_PREFIX)}
        for namespace, content in metadata.items()
    }


def _document(span: SpanData, options: EncodeOptions, new_id: NewId) -> dict[str, Json]:
    """Return a document; members that are not written are None, or empty."""
    segment = span.kind in _SEGMENT_KINDS or not span.parent_id
    stated = span.attributes.get(keys.IN_PROGRESS)
    open_ = stated is True
    if isinstance(stated, bool):
        span = span._replace(attributes=without(keys.IN_PROGRESS, span.attributes))
    left: dict[str, Json] = dict(span.attributes)
    indexed = _indexed(options, left)
    name, namespace = names.name_and_namespace(span)
    return {
        "name": name,
        "id": ids.to_hex(span.span_id) if span.span_id else None,
        "trace_id": ids.to_xray(span.trace_id),
        "parent_id": ids.to_hex(span.parent_id) if span.parent_id else None,
        "type": None if segment else SUBSEGMENT,
        "start_time": span.start / 1e9,
        "end_time": None if open_ else (span.end or 0) / 1e9,
        "in_progress": open_ or None,
        "namespace": namespace,
        "http": http.section(span, left),
        **cause.flags(span),
        "cause": cause.section(span, left, new_id),
        "origin": aws.origin(span.resource),
        "aws": aws.section(span.resource, options.log_groups, left),
        "service": aws.service(span.resource),
        "sql": sql.section(span.name, left),
        "links": [_link(link) for link in span.links],
        **_rest(span, options, {**indexed, **left}, segment=segment),
    }


def _indexed(options: EncodeOptions, attributes: dict[str, Json]) -> dict[str, Json]:
    """Return what the configuration lists, which a section may take and yet is an annotation."""
    return {key: attributes[key] for key in options.indexed_attributes if key in attributes}


def _rest(
    span: SpanData, options: EncodeOptions, left: dict[str, Json], *, segment: bool
) -> dict[str, Json]:
    annotations: remainder.Annotations = {}
    metadata: remainder.Metadata = {}
    default: dict[str, Json] = {}
    user = remainder.user(left)
    everything = options.index_all_attributes
    indexed = remainder.listed_keys(left) | {*options.indexed_attributes}
    if segment:
        listed = None if everything else indexed
        remainder.add_resource(span.resource, listed, annotations, default)
    if everything:
        remainder.index_all(left, annotations)
    else:
        remainder.add_attributes(left, indexed, annotations, metadata, default)
    if default:
        metadata[remainder.DEFAULT] = default
    return {"user": user, "annotations": annotations, "metadata": metadata}


def _link(link: LinkData) -> dict[str, Json]:
    found: dict[str, Json] = {
        "trace_id": ids.to_xray(link.trace_id),
        "id": ids.to_hex(link.span_id) if link.span_id else "",
    }
    if link.attributes:
        found["attributes"] = {key: raw(value) for key, value in read(link.attributes).items()}
    return found


def _written(document: dict[str, Json]) -> dict[str, Json]:
    """Return *document* without what Go leaves out; a name or an id that is missing is null."""
    kept = present(document)
    for member in ("links", "annotations", "metadata"):
        if not kept.get(member):
            kept.pop(member, None)
    return {"name": None, "id": None, **kept}
