"""
Where X-Ray calls get their OpenTelemetry tracer, and what is started before the first span.

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
        self.tracers: dict[str, trace.Tracer] = {}


_source = _Source()


def start_with(starter: Starter | None) -> None:
    """Run *starter* before the next span; None records with whatever provider is global."""
    _source.starter = starter
    _source.tracers = {}


def tracer(scope: str = SCOPE) -> trace.Tracer:
    """
    Return the tracer of X-Ray's spans, starting the process's recording if need be.

    Args:
        scope: instrumentation scope of its spans.
    """
    known = _source.tracers.get(scope)
    if known is None:
        started = _source.starter is None or _source.starter()
        known = trace.get_tracer(scope, __version__) if started else trace.NoOpTracer()
        _source.tracers[scope] = known
    return known
