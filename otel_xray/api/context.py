"""
The current entity, carried by OpenTelemetry's own context.

The entity lies in the context beside the span, so that it goes wherever the span goes: through
threads that copy contexts, tasks, generators. X-Ray calls and OpenTelemetry calls may be nested in
either order; what counts is the innermost span, whoever started it.

The context is never reset by token: X-Ray's ``begin`` and ``end`` need not be paired, nor happen in
one thread, and a token would complain. Instead `leave` puts back the entity and the span that
were current before, keeping everything else that the context carries by now.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, NonRecordingSpan, Span, SpanContext, TraceFlags

from otel_xray import settings
from otel_xray.api.entities import Entity, Segment, Subsegment
from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header
from otel_xray.model.header import TraceHeader

_log = logging.getLogger(__name__)

_CURRENT = otel_context.create_key("otel-xray-entity")


@dataclass(frozen=True, slots=True)
class _Current:
    """An entity as the current one, and what was current before it."""

    entity: Entity
    outer: _Current | None
    outer_span: Span


def current() -> Entity | None:
    """
    Return the innermost open entity.

    A span that OpenTelemetry's API made current counts: it is handed out as a subsegment that
    writes through and does not end it. In Lambda, when nothing is open, it is the function's own
    segment, which Lambda makes.
    """
    context = otel_context.get_current()
    span = trace.get_current_span(context)
    frame = _frame(context)
    if span.get_span_context().is_valid and (frame is None or frame.entity.span is not span):
        return Subsegment(span, getattr(span, "name", ""), _open_entity(frame), owned=False)
    return _open_entity(frame) or function_segment()


def enter(entity: Entity) -> None:
    """Make *entity* the current one; its span becomes the current span."""
    context = otel_context.get_current()
    outer_span = trace.get_current_span(context)
    frame = _Current(entity, _frame(context), outer_span)
    otel_context.attach(
        otel_context.set_value(_CURRENT, frame, trace.set_span_in_context(entity.span, context))
    )


def leave(entity: Entity) -> None:
    """Make current what was so before *entity*, if *entity* or something inside it is."""
    context = otel_context.get_current()
    frame = _frame(context)
    while frame is not None and frame.entity is not entity:
        frame = frame.outer
    if frame is not None:
        outer = trace.set_span_in_context(frame.outer_span, context)
        otel_context.attach(otel_context.set_value(_CURRENT, frame.outer, outer))


def clear() -> None:
    """Make nothing current."""
    context = trace.set_span_in_context(INVALID_SPAN)
    otel_context.attach(otel_context.set_value(_CURRENT, None, context))


def inside(entity: Entity) -> list[Entity]:
    """Return the open entities that were entered after *entity*, innermost first."""
    frame = _frame(otel_context.get_current())
    found: list[Entity] = []
    while frame is not None and frame.entity is not entity:
        found.append(frame.entity)
        frame = frame.outer
    return [inner for inner in found if inner.in_progress] if frame is not None else []


def function_segment() -> Segment | None:
    """Return a handle on the segment that Lambda makes for this invocation, if it named one."""
    received = invocation_header()
    if received is None or received.root is None or received.parent is None:
        return None
    span = NonRecordingSpan(remote(received.root, received.parent, sampled=received.sampled))
    return Segment(span, "", owned=False)


def invocation_header() -> TraceHeader | None:
    """Return the tracing header of the current Lambda invocation; None outside of one."""
    text = settings.lambda_trace_header()
    if not text:
        return None
    try:
        return header.parse(text)
    except InvalidTraceHeader as error:
        _log.warning("%s", error)
        return None


def remote(trace_id: int, span_id: int, *, sampled: bool | None) -> SpanContext:
    """Return a parent in another process; no decision counts as sampled."""
    flags = TraceFlags(TraceFlags.DEFAULT if sampled is False else TraceFlags.SAMPLED)
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)


def _frame(context: Context) -> _Current | None:
    value = context.get(_CURRENT)
    return value if isinstance(value, _Current) else None


def _open_entity(frame: _Current | None) -> Entity | None:
    while frame is not None and not frame.entity.in_progress:
        frame = frame.outer
    return frame.entity if frame else None
