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

import threading
from dataclasses import dataclass

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN, NonRecordingSpan, Span

from otel_xray import settings
from otel_xray.api.entities import Entity, Subsegment
from otel_xray.api.function_segment import FunctionSegment
from otel_xray.spans.parent import function_segment

_CURRENT = otel_context.create_key("otel-xray-entity")


@dataclass(frozen=True, slots=True)
class _Frame:
    """
    An entity that was made current, and what was current before it.

    Attributes:
        invocation: the tracing header of the Lambda invocation in which that happened.
    """

    entity: Entity
    outer: _Frame | None
    outer_span: Span
    invocation: str | None


def current() -> Entity | None:
    """
    Return the innermost open entity.

    A span that OpenTelemetry's API made current counts: it is handed out as a subsegment that
    writes through and does not end it. In Lambda, when nothing is open, it is the function's own
    segment, which Lambda makes.
    """
    frame, span = _settle(*_now())
    if span.get_span_context().is_valid and (frame is None or frame.entity.span is not span):
        parent = frame.entity if frame else None
        return Subsegment(span, getattr(span, "name", ""), parent, owned=False)
    return frame.entity if frame else _function_segment()


def enter(entity: Entity) -> None:
    """Make *entity* the current one; its span becomes the current span."""
    if isinstance(entity, FunctionSegment):
        clear()  # it is current whenever nothing else is, and another one in each invocation
        return
    frame, span = _settle(*_now())
    _attach(_Frame(entity, frame, span, settings.lambda_trace_header()), entity.span)


def leave(entity: Entity) -> list[Entity]:
    """
    Make current what was so before *entity*, if *entity* or something inside it is.

    Returns:
        The entities that were entered after it and are still open, innermost first.
    """
    frame, _ = _now()
    inside: list[Entity] = []
    while frame is not None and frame.entity is not entity:
        if frame.entity.in_progress:
            inside.append(frame.entity)
        frame = frame.outer
    if frame is None:
        return []
    _attach(*_settle(frame.outer, frame.outer_span))
    return inside


def clear() -> None:
    """Make nothing current."""
    _attach(None, INVALID_SPAN)


def _now() -> tuple[_Frame | None, Span]:
    """Return what lies in the context, without what an earlier invocation left there."""
    context = otel_context.get_current()
    frame = context.get(_CURRENT)
    if not isinstance(frame, _Frame):
        return None, trace.get_current_span(context)
    if _is_left_over(frame):
        clear()
        return None, INVALID_SPAN
    return frame, trace.get_current_span(context)


def _is_left_over(frame: _Frame) -> bool:
    """
    Say whether *frame* belongs to an invocation that is over.

    A handler that forgets to end a subsegment must not swallow all later invocations. Threads may
    outlive their invocation on purpose; handlers run in the main one.
    """
    return (
        frame.invocation is not None  # else it is no Lambda function's, and need not be looked up
        and frame.invocation != settings.lambda_trace_header()
        and threading.current_thread() is threading.main_thread()
    )


def _settle(frame: _Frame | None, span: Span) -> tuple[_Frame | None, Span]:
    """Return the innermost frame that is still open, and the span that is current there."""
    while frame is not None and not frame.entity.in_progress:
        if span is frame.entity.span:
            span = frame.outer_span
        frame = frame.outer
    return frame, span


def _attach(frame: _Frame | None, span: Span) -> None:
    """Put both into the context, beside everything else that it carries by now."""
    otel_context.attach(otel_context.set_value(_CURRENT, frame, trace.set_span_in_context(span)))


def _function_segment() -> FunctionSegment | None:
    made_by_lambda = function_segment()
    return made_by_lambda and FunctionSegment(NonRecordingSpan(made_by_lambda), "", owned=False)
