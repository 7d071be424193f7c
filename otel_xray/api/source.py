"""
Where the façade gets its OpenTelemetry tracer, and what it starts before the first span.

The façade must not know exporters (DESIGN §1), yet X-Ray code expects to record without any
set-up call. So whoever composes the process leaves a starter here; it runs once, at first use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from opentelemetry import trace

from otel_xray.version import __version__

SCOPE = "otel_xray"

# Prepares the process for recording; False when nothing shall be recorded.
Starter: TypeAlias = Callable[[], bool]


class _Source:
    def __init__(self) -> None:
        self.starter: Starter | None = None
        self.tracer: trace.Tracer | None = None


_source = _Source()


def start_with(starter: Starter | None) -> None:
    """Run *starter* before the next span; None records with whatever provider is global."""
    _source.starter = starter
    _source.tracer = None


def tracer() -> trace.Tracer:
    """Return the tracer of the façade's spans, starting the process's recording if need be."""
    if _source.tracer is None:
        started = _source.starter is None or _source.starter()
        _source.tracer = trace.get_tracer(SCOPE, __version__) if started else trace.NoOpTracer()
    return _source.tracer
