"""One call of the handler, from its event to the time when nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Container
from contextvars import Token
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Link, Span, SpanKind, Status, StatusCode, Tracer

from otel_xray import settings
from otel_xray.aws_lambda import events, handler_span, origin, phases
from otel_xray.aws_lambda.events import Trigger
from otel_xray.aws_lambda.origin import Origin
from otel_xray.aws_lambda.process import INVOCATION, OVERHEAD, Process
from otel_xray.instrument.shield import Shield
from otel_xray.model import keys
from otel_xray.model.header import TraceHeader
from otel_xray.spans.parent import parse_header

_shield = Shield("tracing an invocation")
_UNNAMED = "handler"
_INITIALIZED_BY = {keys.LINK_KIND: "initialization"}
_LOST = {keys.LINK_KIND: keys.LOST_PARENT}
_INSIDE = otel_context.create_key("otel-xray-invocation")


class Invocation:
    """
    An invocation; times in nanoseconds since the epoch.

    Attributes:
        span: of the handler.
        tracer: makes the spans of its phases.
        trigger: what caused it.
        token: puts the context back that was current before.
        received: when the runtime had it.
        returned: when the handler had ended; 0 before that.
        answered: when the runtime had posted the answer; 0 before that, or if nobody says.
    """

    def __init__(
        self, span: Span, tracer: Tracer, trigger: Trigger, token: Token[Context], received: int
    ) -> None:
        self.span = span
        self.tracer = tracer
        self.trigger = trigger
        self.token = token
        self.received = received
        self.returned = 0
        self.answered = 0

    def succeed(self, answer: object, now: int) -> None:
        """Take what the handler has returned."""
        self._leave(now)
        with _shield:
            if self.span.is_recording():
                described = events.answered(self.trigger, answer)
                self.span.set_attributes(described.attributes)
                if described.is_fault:
                    self.span.set_status(Status(StatusCode.ERROR))

    def fail(self, error: BaseException, now: int) -> None:
        """Take what the handler has raised."""
        self._leave(now)
        with _shield:
            if self.span.is_recording():
                handler_span.fail(self.span, error)

    def answer(self, now: int, *, failed: bool) -> None:
        """Take that the answer was posted: what the handler returned, or that it *failed*."""
        self.answered = now
        status = getattr(self.span, "status", None)
        if failed and getattr(status, "is_ok", False):
            # What the handler has returned is no JSON.
            self.span.set_attribute(keys.FAULT, value=True)
            self.span.set_status(Status(StatusCode.ERROR, "The response cannot be serialized."))

    def finish(self, now: int, drawn: Container[str]) -> None:
        """End the span, with what was measured of the phases in it, as far as they are *drawn*."""
        if self.answered and self.span.is_recording():
            for name, start, end in (
                (INVOCATION, self.received, self.answered),
                (OVERHEAD, self.answered, now),
            ):
                if name in drawn:
                    phases.draw(self.tracer, self.span, name, start, end)
        self.span.end(now if self.answered else self.returned or now)

    def _leave(self, now: int) -> None:
        self.returned = now
        otel_context.detach(self.token)


def is_inside() -> bool:
    """Say whether this is the work of an invocation."""
    return otel_context.get_value(_INSIDE) is not None


def _name(place: Origin, trigger: Trigger) -> str:
    """Name a server span after what is served, and a part of Lambda's segment after the handler."""
    function = settings.environment().get("AWS_LAMBDA_FUNCTION_NAME")
    served = trigger.name or function if place.kind is SpanKind.SERVER else None
    return served or settings.lambda_handler() or function or _UNNAMED


def _may_name_a_caller(context: Any) -> bool:
    """Say whether Lambda's *context* object is worth a closer look: most invocations' is not."""
    native = getattr(context, "w3c", None)
    return bool(getattr(context, "client_context", None) or (callable(native) and native()))


def _received(trigger: Trigger) -> TraceHeader | None:
    """Return the tracing header of the invocation; without one, that of the event."""
    text = settings.lambda_trace_header()
    found = parse_header(text) if text else None
    return trigger.xray if found is None or found.root is None else found


def begin(
    process: Process, tracer: Tracer, event: object, context: object, received: int
) -> Invocation:
    """
    Start the span of a handler and make it current.

    Args:
        process: where it runs.
        tracer: makes the spans.
        event: of any shape.
        context: Lambda's context object; anything else in a test.
        received: when the runtime had the event, in nanoseconds since the epoch.
    """
    trigger = events.recognise(event, context if _may_name_a_caller(context) else None)
    place = origin.find(
        process.decided.span_shape,
        _received(trigger),
        trigger.w3c,
    )
    beginning = process.beginning(received)
    waited = beginning is not None and beginning.is_waited_for
    measured = beginning if beginning and beginning.is_measured else None
    drawn = measured if measured and measured.phase in process.drawn else None
    links = [*trigger.links, *(Link(lost, _LOST) for lost in place.lost)]
    if drawn and not waited:
        alone = phases.draw_beginning(tracer, INVALID_SPAN, process, drawn)
        links.append(Link(alone.get_span_context(), _INITIALIZED_BY))
    span = handler_span.start(
        tracer,
        place,
        _name(place, trigger),
        drawn.start if drawn and waited else received,
        {
            **handler_span.attributes_of(context),
            keys.FAAS_TRIGGER: trigger.kind,
            keys.FAAS_COLDSTART: waited,
            **trigger.attributes,
        },
        [link for link in links if link.context.is_valid],
    )
    if drawn and waited:
        phases.draw_beginning(tracer, span, process, drawn)
    inside = otel_context.set_value(_INSIDE, value=True)
    token = otel_context.attach(trace.set_span_in_context(span, inside))
    return Invocation(span, tracer, trigger, token, received)
