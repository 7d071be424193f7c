"""
The trace id that the next root span must have.

X-Ray code names the trace id of a segment without naming a parent: a header that carries only
``Root``, or ``begin_segment(traceid=…)``. OpenTelemetry's API has no place for that, so the id
waits here for the id generator. No SDK is loaded by this module.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from otel_xray.model.ids import TraceId

_wanted: ContextVar[TraceId | None] = ContextVar("otel_xray_wanted_trace_id", default=None)


@contextmanager
def wanted_trace_id(trace_id: TraceId | None) -> Generator[None, None, None]:
    """Make root spans that start inside the block belong to *trace_id*, if it is one."""
    token = _wanted.set(trace_id)
    try:
        yield
    finally:
        _wanted.reset(token)


def current_wanted_trace_id() -> TraceId | None:
    """Return the trace id that a root span must have; None when any will do."""
    return _wanted.get()
