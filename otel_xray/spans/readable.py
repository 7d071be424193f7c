"""The SDK's span as a `SpanData`: the only reader of `ReadableSpan`."""

from __future__ import annotations

from functools import lru_cache

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Link

from otel_xray.model.span import EventData, Kind, LinkData, ScopeData, SpanData, StatusCode

# The API numbers kinds from INTERNAL = 0, OTLP from UNSPECIFIED = 0; the order is the same.
_KINDS = tuple(Kind)[1:]
_STATUS_CODES = tuple(StatusCode)
# OTLP, span flags: bit 8 says that bit 9 is meaningful, bit 9 that the parent is remote.
_HAS_IS_REMOTE = 0x100
_IS_REMOTE = 0x200

_SCOPE_UNKNOWN = ScopeData()


def to_span_data(span: ReadableSpan) -> SpanData:
    """
    Return what *span* holds at this moment.

    Attributes and events are shared, not copied: a span that is still open may change them.

    Raises:
        ValueError: *span* has no span context, so it has no ids.
    """
    context = span.context
    if context is None:
        msg = f"The span {span.name!r} has no span context and cannot be exported."
        raise ValueError(msg)
    parent = span.parent
    scope = span.instrumentation_scope
    flags = int(context.trace_flags)
    if parent is not None:
        flags |= _HAS_IS_REMOTE | (_IS_REMOTE if parent.is_remote else 0)
    return SpanData(
        trace_id=context.trace_id,
        span_id=context.span_id,
        name=span.name,
        start=span.start_time or 0,
        end=span.end_time,
        parent_id=parent.span_id if parent is not None else None,
        kind=_KINDS[span.kind.value],
        attributes=span.attributes or {},
        status=_STATUS_CODES[span.status.status_code.value],
        status_message=span.status.description or "",
        events=[_event(event) for event in span.events],
        links=[_link(link) for link in span.links],
        resource=span.resource.attributes,
        scope=_scope(scope.name, scope.version or "") if scope else _SCOPE_UNKNOWN,
        trace_state=context.trace_state.to_header() if context.trace_state else "",
        flags=flags,
    )


@lru_cache(maxsize=256)  # a process has a few, and each of its spans needs one of them
def _scope(name: str, version: str) -> ScopeData:
    return ScopeData(name, version)


def _event(event: Event) -> EventData:
    return EventData(event.name, event.timestamp, event.attributes or {})


def _link(link: Link) -> LinkData:
    return LinkData(link.context.trace_id, link.context.span_id, link.attributes or {})
