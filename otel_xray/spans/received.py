"""
What came in with a request, beside the one parent that OpenTelemetry's context has room for.

A propagator leaves it in the context that it extracts: the trace id of a header that names no
segment, parents that lost to another one, fields that travel on. This module loads no SDK.
"""

from __future__ import annotations

from typing import NamedTuple

from opentelemetry import context as otel_context
from opentelemetry.context import Context
from opentelemetry.trace import SpanContext

from otel_xray.model.ids import TraceId

_KEY = otel_context.create_key("otel-xray-received")


class Received(NamedTuple):
    """
    What a propagator has found.

    Attributes:
        header: the tracing header, as it came.
        root: the trace that it names, when it names no segment: of the next span without a parent.
        parents: every caller that was found; OpenTelemetry's context holds one of them at most.
    """

    header: str = ""
    root: TraceId | None = None
    parents: tuple[SpanContext, ...] = ()


def of(context: Context | None) -> Received | None:
    """Return what was received in *context*, by default the current one."""
    found = otel_context.get_value(_KEY, context)
    return found if isinstance(found, Received) else None


def keep(received: Received, context: Context) -> Context:
    """Return *context* with *received* in it, in place of what was received before."""
    return otel_context.set_value(_KEY, received, context)
