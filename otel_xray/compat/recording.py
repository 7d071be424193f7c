"""
Entities of the alias as spans: when one begins, a span starts; when it closes, its span gets
everything that the entity holds, and ends.

Nothing here raises: what cannot be recorded is reported in the log.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from typing import Any, Protocol, cast

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Tracer
from opentelemetry.sdk.trace.sampling import DEFAULT_ON, Decision, Sampler
from opentelemetry.trace import (
    INVALID_SPAN,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
)

import otel_xray.startup  # noqa: F401  # pyright: ignore[reportUnusedImport]  it starts the recording
from otel_xray.api import source
from otel_xray.api.context import SPAN
from otel_xray.errors import InvalidTraceId
from otel_xray.mapping import kinds, metadata
from otel_xray.model import ids, keys
from otel_xray.model.span import StatusCode as StatedCode
from otel_xray.segments import members
from otel_xray.segments.decode import Statement
from otel_xray.segments.document_span import DocumentSpan, Written, content
from otel_xray.segments.identity import nanoseconds
from otel_xray.spans.parent import remote
from otel_xray.spans.wanted import WantedIds

_log = logging.getLogger(__name__)

_CALLS = frozenset({kinds.REMOTE, kinds.AWS})
_STATUS = {StatedCode.ERROR: StatusCode.ERROR, StatedCode.OK: StatusCode.OK}
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_NOWHERE = Context()

# What get_current() and attach() of OpenTelemetry's API pass their calls on to; half of their cost.
RUNTIME = otel_context._RUNTIME_CONTEXT  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
# What an entity says of itself that a span by somebody else says in its own way.
_IDENTITY = (*members.NAMING, keys.NAMESPACE, keys.IN_PROGRESS)


class Recordable(Protocol):
    """
    What an entity must have to be recorded.

    Attributes:
        span: what records it; None before it has begun.
        owned: closing the entity ends its span.
        parent_id: of the caller's entity, or of the entity around it.
        start_time: seconds since the epoch.
    """

    span: Span | None
    owned: bool
    id: str
    name: str
    trace_id: str
    parent_id: str | None
    start_time: float
    sampled: bool

    def own_document(self) -> dict[str, Any]:
        """Return the entity as a segment document without its subsegments."""
        ...


def current_span() -> Span:
    """Return OpenTelemetry's current span."""
    found: Any = RUNTIME.get_current().get(SPAN)
    return found if found is not None else INVALID_SPAN


# --- beginning ----------------------------------------------------------------------------------


def begin_segment(segment: Recordable, *, new_trace: bool = True) -> bool:
    """
    Start the span of *segment*, and return False if OpenTelemetry's sampler decides against it.

    Args:
        segment: its ids are those of the span, where they can be.
        new_trace: nobody chose its trace id: it belongs to the span that OpenTelemetry's API made
            current, if there is one.
    """
    if not segment.sampled:
        _leave_out(segment)
        return True
    if new_trace:
        around = current_span()
        context = around.get_span_context()
        if context.is_valid and not getattr(entity_of(around), "owned", False):
            segment.trace_id = ids.to_xray(context.trace_id)
            return _start(segment, SpanKind.SERVER, context, context.trace_id)
    root = trace_id(segment.trace_id)
    parent = ids.parse_span_id(segment.parent_id) if segment.parent_id else None
    caller = remote(root, parent, sampled=True) if root and parent else None
    return _start(segment, SpanKind.SERVER, caller, root)


def begin_subsegment(subsegment: Any, around: Span | None) -> None:
    """
    Start the span of *subsegment*.

    Args:
        subsegment: its id is that of the span, where it can be.
        around: the parent's span; None in a trace that was passed through without a parent.
    """
    if not subsegment.sampled:
        _leave_out(subsegment)
        return
    kind = SpanKind.CLIENT if subsegment.namespace in _CALLS else SpanKind.INTERNAL
    if type(around) is DocumentSpan and around.entity is not None:
        _follow(around, around.entity)
    if around is None:
        _start(subsegment, kind, None, trace_id(subsegment.trace_id))
        return
    parent = around.get_span_context()
    if parent.is_valid:
        _start(subsegment, kind, parent, parent.trace_id, around)
    else:
        subsegment.span = INVALID_SPAN


def _start(
    entity: Recordable,
    kind: SpanKind,
    parent: SpanContext | None,
    root: ids.TraceId | None,
    around: Span | None = None,
) -> bool:
    tracer = source.tracer(members.SCOPE)
    if type(tracer) is Tracer:
        span = _document_span(tracer, entity, kind, parent, root, around)
    else:
        span = _foreign_span(tracer, entity, kind, parent, root)
    entity.span = span
    if type(span) is DocumentSpan:
        span.entity = entity
        return True
    if span.is_recording():
        keep(span, entity)
        return True
    return not span.get_span_context().is_valid


def _document_span(
    tracer: Tracer,
    entity: Recordable,
    kind: SpanKind,
    parent: SpanContext | None,
    root: ids.TraceId | None,
    around: Span | None,
) -> Span:
    within = root or tracer.id_generator.generate_trace_id()
    own = ids.parse_span_id(entity.id)
    context = SpanContext(
        within,
        own or tracer.id_generator.generate_span_id(),
        is_remote=False,
        trace_flags=_SAMPLED,
    )
    if not _is_sampled(tracer.sampler, entity.name, kind, parent, within):
        return NonRecordingSpan(SpanContext(within, context.span_id, is_remote=False))
    written = _written(entity, parent, root, around) if own else None
    return DocumentSpan(entity.name, context, parent, kind, entity.start_time, tracer, written)


def _written(
    entity: Recordable, parent: SpanContext | None, root: ids.TraceId | None, around: Span | None
) -> Written | None:
    """Return the ids of *entity* as text, as far as that costs nothing."""
    if type(around) is DocumentSpan:
        return Written(entity.id, around.written.trace_id, around.written.id)
    return Written(entity.id, entity.trace_id, None) if root and parent is None else None


def _follow(span: DocumentSpan, entity: Recordable) -> None:
    """Give *span* the ids of *entity*, which X-Ray code may have changed since it began."""
    if (entity.id, entity.trace_id, entity.parent_id) == span.written:
        return
    own, trace, caller = span.written
    segment = span.kind is SpanKind.SERVER
    parent = entity.parent_id if segment else caller  # a subsegment may be inside another span
    if (entity.id, entity.trace_id, parent) == span.written:
        return
    new_trace = (trace_id(entity.trace_id) if entity.trace_id != trace else None) or 0
    new_own = ids.parse_span_id(entity.id) if entity.id != own else None
    new_parent = ids.parse_span_id(parent) if parent and parent != caller else None
    if not (new_trace or new_own or new_parent):
        return
    before = span.get_span_context()
    root = new_trace or before.trace_id
    around = span.parent
    if new_parent or (around is not None and new_trace):
        around_id = new_parent or (around.span_id if around is not None else 0)
        is_remote = segment or (around is not None and around.is_remote)
        around = SpanContext(root, around_id, is_remote, _SAMPLED)
    context = SpanContext(root, new_own or before.span_id, is_remote=False, trace_flags=_SAMPLED)
    span.identify(context, around, Written.of(context, around))


def _is_sampled(
    sampler: Sampler,
    name: str,
    kind: SpanKind,
    parent: SpanContext | None,
    root: ids.TraceId,
) -> bool:
    # Asked for each span, a sampler would be a tenth of what a span costs. By X-Ray's rules the
    # X-Ray SDK's own sampler has decided already.
    if sampler is DEFAULT_ON or getattr(sampler, "decides_as_xray", False):
        return parent is None or parent.trace_flags.sampled
    context = trace.set_span_in_context(NonRecordingSpan(parent), _NOWHERE) if parent else _NOWHERE
    decision = sampler.should_sample(context, root, name, kind).decision
    return decision is Decision.RECORD_AND_SAMPLE


def _foreign_span(
    tracer: trace.Tracer,
    entity: Recordable,
    kind: SpanKind,
    parent: SpanContext | None,
    root: ids.TraceId | None,
) -> Span:
    """Return a span of a provider that is not the SDK's, which may have ids of its own."""
    context = trace.set_span_in_context(NonRecordingSpan(parent), _NOWHERE) if parent else _NOWHERE
    with WantedIds(root, ids.parse_span_id(entity.id)):
        start = nanoseconds(entity.start_time)
        span = tracer.start_span(entity.name, context, kind, start_time=start)
    if span.get_span_context().is_valid:
        entity.id = ids.to_hex(span.get_span_context().span_id)
        entity.trace_id = ids.to_xray(span.get_span_context().trace_id)
    return span


def _leave_out(entity: Recordable) -> None:
    """Give *entity* a span in which nothing is recorded, by OpenTelemetry's API neither."""
    made = ids.from_parts(int(entity.start_time), random.getrandbits(ids.RANDOM_BITS))
    own = ids.parse_span_id(entity.id) or random.getrandbits(64) or 1
    context = SpanContext(trace_id(entity.trace_id) or made, own, is_remote=False)
    entity.span = NonRecordingSpan(context)
    keep(entity.span, entity)


# --- ending -------------------------------------------------------------------------------------


def end(entity: Recordable, end_time: float) -> None:
    """
    Write what *entity* holds to its span, and end that.

    Args:
        entity: has closed.
        end_time: seconds since the epoch.
    """
    span = entity.span
    try:
        if type(span) is DocumentSpan:
            _follow(span, entity)
            span.close(entity.own_document(), end_time)
        elif span is not None and span.is_recording():
            _write(span, content(entity.own_document(), nanoseconds(entity.start_time)))
            span.update_name(entity.name)
            span.end(nanoseconds(end_time))
    except Exception:  # noqa: BLE001  what X-Ray code puts on an entity may raise anything
        _log.exception("The content of %r could not be recorded.", entity.name)


def write(entity: Recordable, exceptions_written: int) -> None:
    """
    Write what *entity* holds to its span, which somebody else will end.

    Args:
        entity: stands for a span that OpenTelemetry's API has started.
        exceptions_written: that many of its exceptions the span has already.
    """
    span = entity.span
    if span is None or not span.is_recording():
        return
    try:
        stated = content(entity.own_document(), nanoseconds(entity.start_time))
        for key in _IDENTITY:
            stated.attributes.pop(key, None)
        _join(stated.attributes, getattr(span, "attributes", None) or {})
        _write(span, stated, exceptions_written)
    except Exception:  # noqa: BLE001  what X-Ray code puts on an entity may raise anything
        _log.exception("The content of %r could not be recorded.", entity.name)


def _write(span: Span, stated: Statement, exceptions_written: int = 0) -> None:
    span.set_attributes(stated.attributes)
    for event in stated.events[exceptions_written:]:
        span.add_event(event.name, cast("Mapping[str, Any]", event.attributes), event.time)
    status = _STATUS.get(stated.status)
    if status is not None:
        span.set_status(status)


def _join(attributes: dict[str, Any], present: Mapping[str, Any]) -> None:
    """Add to *attributes* what the span's own list of annotations and its metadata say already."""
    listed = (*present.get(keys.ANNOTATIONS, ()), *attributes.get(keys.ANNOTATIONS, ()))
    if listed:
        attributes[keys.ANNOTATIONS] = tuple(dict.fromkeys(listed))
    for key, text in attributes.items():
        if key.startswith(keys.METADATA_PREFIX) and key in present:
            before = metadata.from_text(present[key])
            attributes[key] = metadata.to_text({**before, **metadata.from_text(text)})


# --- spans and entities -------------------------------------------------------------------------


def entity_of(span: Span) -> Any:
    """Return the entity that *span* records, or None when it is no entity's."""
    return getattr(span, "entity", None)


def keep(span: Span, entity: Recordable) -> None:
    """Let *entity* be the one that *span* records."""
    try:
        span.entity = entity  # type: ignore[attr-defined]  # an attribute of ours
    except AttributeError:  # a span of another make, that takes no attributes
        _log.debug("%r does not keep the entity that stands for it.", span)


def trace_id(text: str) -> ids.TraceId | None:
    """Read a trace id; None when *text* is none."""
    try:
        return ids.parse_trace_id(text)
    except InvalidTraceId as error:
        _log.debug("The segment gets a trace id of its own: %s", error)
        return None
