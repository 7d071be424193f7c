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
from functools import lru_cache
from typing import NamedTuple

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, NonRecordingSpan, Span

from otel_xray import settings
from otel_xray.api.entities import Entity, Subsegment
from otel_xray.api.function_segment import FunctionSegment
from otel_xray.model.header import TraceHeader
from otel_xray.spans.parent import parse_header, segment_of

_FRAME = otel_context.create_key("otel-xray-entity")
# Under which OpenTelemetry keeps the current span; asked of it, since the name is its own affair.
SPAN = next(iter(trace.set_span_in_context(INVALID_SPAN, Context())))


class _Frame(NamedTuple):
    """
    An entity that was made current, and what was current before it.

    Attributes:
        invocation: the tracing header of the Lambda invocation in which that happened.
    """

    entity: Entity
    outer: _Frame | None
    outer_span: Span
    invocation: str | None


class Place(NamedTuple):
    """
    What is current at one moment.

    Attributes:
        frame: of the innermost open entity.
        span: the current span; that entity's, or one that others made current inside it.
        invocation: the tracing header of the Lambda invocation, if it is one.
    """

    frame: _Frame | None
    span: Span
    invocation: str | None

    @property
    def entity(self) -> Entity | None:
        """
        The innermost open entity.

        A span that OpenTelemetry's API made current counts: it is handed out as a subsegment that
        writes through and does not end it. In Lambda, when nothing is open, it is the function's
        own segment, which Lambda makes.
        """
        frame, span, _ = self
        if frame is not None and frame.entity.span is span:
            return frame.entity
        if span.get_span_context().is_valid:
            parent = frame.entity if frame else None
            return Subsegment(span, getattr(span, "name", ""), parent, owned=False)
        return frame.entity if frame else self._function_segment()

    @property
    def header(self) -> TraceHeader | None:
        """The tracing header of the Lambda invocation, parsed."""
        return _parsed(self.invocation) if self.invocation else None

    def _function_segment(self) -> FunctionSegment | None:
        made_by_lambda = segment_of(self.header)
        return made_by_lambda and FunctionSegment(NonRecordingSpan(made_by_lambda), "", owned=False)


def here() -> Place:
    """Return what is current now."""
    context = otel_context.get_current()
    frame = context.get(_FRAME)
    span = trace.get_current_span(context)
    if not isinstance(frame, _Frame):
        return Place(None, span, settings.lambda_trace_header())
    if _is_left_over(frame):
        clear()
        return Place(None, INVALID_SPAN, settings.lambda_trace_header())
    invocation = frame.invocation
    return Place(*_settle(frame, span), invocation)


def current() -> Entity | None:
    """Return the innermost open entity; see `Place.entity`."""
    return here().entity


def enter(entity: Entity, place: Place | None = None) -> None:
    """
    Make *entity* the current one; its span becomes the current span.

    Args:
        entity: to make current.
        place: what is current now, if that is known already.
    """
    if isinstance(entity, FunctionSegment):
        clear()  # it is current whenever nothing else is, and another one in each invocation
        return
    frame, span, invocation = place or here()
    _attach(_Frame(entity, frame, span, invocation), entity.span)


def leave(entity: Entity) -> list[Entity]:
    """
    Make current what was so before *entity*, if *entity* or something inside it is.

    Returns:
        The entities that were entered after it and are still open, innermost first.
    """
    frame = otel_context.get_current().get(_FRAME)
    inside: list[Entity] = []
    while isinstance(frame, _Frame) and frame.entity is not entity:
        if frame.entity.in_progress:
            inside.append(frame.entity)
        frame = frame.outer
    if not isinstance(frame, _Frame):
        return []
    _attach(*_settle(frame.outer, frame.outer_span))
    return inside


def clear() -> None:
    """Make nothing current."""
    _attach(None, INVALID_SPAN)


def without_span() -> Context:
    """Return the current context without its span, for the root of a trace."""
    return Context({**otel_context.get_current(), SPAN: INVALID_SPAN})


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
    otel_context.attach(Context({**otel_context.get_current(), _FRAME: frame, SPAN: span}))


@lru_cache(maxsize=8)  # each invocation has one, and each of its calls looks at it
def _parsed(text: str) -> TraceHeader | None:
    return parse_header(text)
