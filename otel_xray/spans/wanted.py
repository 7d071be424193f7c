"""
The ids that the next span must have.

X-Ray code names the trace id of a segment without naming a parent: a header that carries only
``Root``, or ``begin_segment(traceid=…)``; and its entities have ids before they have spans.
OpenTelemetry's API has no place for either, so they wait here for the id generator. No SDK is
loaded by this module.
"""

from __future__ import annotations

from contextvars import ContextVar, Token

from otel_xray.model.ids import SpanId, TraceId

_wanted_trace: ContextVar[TraceId | None] = ContextVar("otel_xray_wanted_trace", default=None)
_wanted_span: ContextVar[SpanId | None] = ContextVar("otel_xray_wanted_span", default=None)


class WantedIds:
    """Makes the span that starts inside the block have these ids, as far as they are given."""

    __slots__ = ("_span_id", "_tokens", "_trace_id")

    def __init__(self, trace_id: TraceId | None, span_id: SpanId | None = None) -> None:
        """
        Prepare the block.

        Args:
            trace_id: of a span without a parent; any other has its parent's.
            span_id: of the span.
        """
        self._trace_id = trace_id
        self._span_id = span_id

    def __enter__(self) -> None:
        self._tokens: tuple[Token[TraceId | None], Token[SpanId | None]] = (
            _wanted_trace.set(self._trace_id),
            _wanted_span.set(self._span_id),
        )

    def __exit__(self, *_: object) -> None:
        trace, span = self._tokens
        _wanted_trace.reset(trace)
        _wanted_span.reset(span)


def wanted_trace_id() -> TraceId | None:
    """Return the trace id that a root span must have; None when any will do."""
    return _wanted_trace.get()


def wanted_span_id() -> SpanId | None:
    """Return the id that a span must have; None when any will do."""
    return _wanted_span.get()
