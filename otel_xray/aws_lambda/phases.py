"""
The lifecycle phases of an invocation, in X-Ray's words, as spans of what was measured.

Initialization is a part of the invocation that had to wait for it. One that nobody waited for, long
before the first invocation or never used by one, is a trace of its own, to which that is linked.
"""

from __future__ import annotations

from collections.abc import Iterable

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Tracer

from otel_xray.aws_lambda.imports import Import
from otel_xray.aws_lambda.process import INITIALIZATION, NANOSECONDS, Beginning, Process
from otel_xray.model import keys
from otel_xray.spans import starting


def draw(tracer: Tracer, around: Span, name: str, start: int, end: int) -> Span:
    """
    Record a phase.

    Args:
        tracer: makes its span.
        around: the span of the invocation; an invalid one: the phase is a trace of its own.
        name: of the phase.
        start: nanoseconds since the epoch.
        end: the same.

    Returns:
        its span, which has ended.
    """
    span = begin(tracer, around, name, start)
    span.end(end)
    return span


def begin(tracer: Tracer, around: Span, name: str, start: int) -> Span:
    """Begin a phase as `draw` does; at present, if *start* is 0."""
    alone = not around.get_span_context().is_valid
    return starting.start(
        tracer,
        name,
        trace.set_span_in_context(around, Context()),
        kind=SpanKind.SERVER if alone else SpanKind.INTERNAL,
        start_time=start or None,
    )


def draw_beginning(tracer: Tracer, around: Span, process: Process, beginning: Beginning) -> Span:
    """
    Record how the environment of an invocation came to be, with the imports of that.

    Args:
        tracer: makes the spans.
        around: the span of the invocation that had to wait for it; an invalid one: none had.
        process: what came to be.
        beginning: was measured.

    Returns:
        its span, which has ended.
    """
    span = begin(tracer, around, beginning.phase, beginning.start)
    span.set_attribute(keys.LAMBDA_INITIALIZATION, beginning.kind.value)
    span.end(beginning.end)
    if beginning.phase == INITIALIZATION:
        draw_imports(tracer, span, process)
    return span


def draw_imports(tracer: Tracer, around: Span, process: Process) -> None:
    """Record the imports of *process* that took long, inside the span of its initialization."""
    threshold = int((process.decided.import_threshold or 0) * NANOSECONDS)
    _draw_imports(tracer, around, process.imports, threshold)


def _draw_imports(tracer: Tracer, around: Span, imports: Iterable[Import], threshold: int) -> None:
    for one in imports:
        if one.end - one.start >= threshold:
            span = draw(tracer, around, f"import {one.name}", one.start, one.end)
            _draw_imports(tracer, span, one.inside, threshold)
