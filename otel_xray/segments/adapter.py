"""OpenTelemetry's spans as segment documents, and documents as spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import Attributes

from otel_xray.model.document import Document
from otel_xray.model.span import Kind, SpanData
from otel_xray.segments.decode import to_span_data as decode
from otel_xray.segments.encode import to_documents
from otel_xray.segments.options import Compatibility, EncodeOptions
from otel_xray.spans.readable import to_span_data


def from_span(
    span: ReadableSpan,
    *,
    indexed_attributes: Iterable[str] = (),
    index_all_attributes: bool = False,
    log_groups: Iterable[str] = (),
    compatibility: Compatibility = "full",
) -> list[dict[str, Any]]:
    """
    Return *span* as X-Ray segment documents: one, or two for a call that nobody asked for.

    A span that `to_spans` made is the document that it was.

    Args:
        span: ended or still open; an open one gives a document that is ``in_progress``.
        indexed_attributes: keys of attributes that become annotations, beside those that the span
            lists in ``aws.xray.annotations``; of resource attributes with ``otel.resource.``
            before them.
        index_all_attributes: every attribute without a place of its own becomes an annotation.
        log_groups: names of CloudWatch log groups, when the resource names none.
        compatibility: ``full`` says all that the span says; ``collector`` gives exactly what the
            collector's exporter gives.

    Raises:
        ConfigurationError: *compatibility* is neither.
        ValueError: *span* has no span context.
    """
    options = EncodeOptions(
        tuple(indexed_attributes), index_all_attributes, tuple(log_groups), compatibility
    )
    return cast("list[dict[str, Any]]", to_documents(to_span_data(span), options))


def to_spans(document: dict[str, Any]) -> list[ReadableSpan]:
    """
    Return *document* as spans: its own, then one for each subsegment, parents before children.

    `from_span` makes of each span the document that it was. What is in progress has no end time.

    Args:
        document: a segment or an independent subsegment, as `parse_document` reads it.

    Raises:
        InvalidDocument: a member is missing or cannot be read; the text names it and its value.
    """
    spans = decode(cast("Document", document))
    resource = Resource(cast("dict[str, Any]", spans[0].resource))
    return [_readable(span, resource) for span in spans]


_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
# OTLP numbers kinds from UNSPECIFIED = 0, the API from INTERNAL = 0; the order is the same.
_KINDS = (SpanKind.INTERNAL, *SpanKind)
_STATUSES = tuple(Status(code) for code in StatusCode)  # numbered as in OTLP


def _readable(span: SpanData, resource: Resource) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=_context(span.trace_id, span.span_id),
        parent=_parent(span),
        resource=resource,
        attributes=_attributes(span.attributes),
        events=[
            Event(event.name, _attributes(event.attributes), event.time) for event in span.events
        ],
        links=[
            Link(_context(link.trace_id, link.span_id, remote=True), _attributes(link.attributes))
            for link in span.links
        ],
        kind=_KINDS[span.kind],
        status=_STATUSES[span.status],
        start_time=span.start,
        end_time=span.end,
        instrumentation_scope=InstrumentationScope(span.scope.name),
    )


def _parent(span: SpanData) -> SpanContext | None:
    """A subsegment is made by its parent's process, a segment by another one."""
    if span.parent_id is None:
        return None
    return _context(span.trace_id, span.parent_id, remote=span.kind is Kind.SERVER)


def _context(trace_id: int, span_id: int, *, remote: bool = False) -> SpanContext:
    return SpanContext(trace_id, span_id, is_remote=remote, trace_flags=_SAMPLED)


def _attributes(attributes: Mapping[str, object]) -> Attributes:
    """Return *attributes* as the API declares them; `decode` makes no others."""
    return cast("Attributes", attributes)
