"""
Which outgoing calls become spans, under which parent, and by which tracer.

X-Ray's rule holds: without a segment there is no subsegment, so a call that is made outside of
any trace starts none.
"""

from __future__ import annotations

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import (
    _SUPPRESS_HTTP_INSTRUMENTATION_KEY,  # pyright: ignore[reportPrivateUsage]  # has no public name
    Context,
)
from opentelemetry.trace import NonRecordingSpan, Span, Tracer, TracerProvider

from otel_xray.instrument import suppression
from otel_xray.spans.parent import function_segment
from otel_xray.version import __version__

HTTP_IS_SUPPRESSED = _SUPPRESS_HTTP_INSTRUMENTATION_KEY

_SUPPRESSED = suppression.KEYS
_HTTP_SUPPRESSED = (*_SUPPRESSED, HTTP_IS_SUPPRESSED)

_tracers: dict[str, tuple[TracerProvider, Tracer]] = {}


def tracer(scope: str) -> Tracer:
    """Return the tracer of *scope*, from the provider that is the global one by now."""
    provider = trace.get_tracer_provider()
    made_by, found = _tracers.get(scope, (None, None))
    if found is None or made_by is not provider:
        found = provider.get_tracer(scope, __version__)
        _tracers[scope] = (provider, found)
    return found


def parent(*, http: bool = False) -> Context | None:
    """
    Return the context under which a call is traced; None when it is not.

    In Lambda the service's own segment is the parent of a call outside of any span.

    Args:
        http: the call is plain HTTP, which the instrumentation of a client above may suppress.
    """
    context = otel_context.get_current()
    for key in _HTTP_SUPPRESSED if http else _SUPPRESSED:
        if context.get(key):
            return None
    if trace.get_current_span(context).get_span_context().is_valid:
        return context
    segment = function_segment()
    return segment and trace.set_span_in_context(NonRecordingSpan(segment), context)


def inside(span: Span, parent: Context) -> Context:
    """
    Return the context in which a call is made.

    What a client sends by HTTP is that call: nobody shall trace it again.
    """
    return trace.set_span_in_context(span, Context({**parent, HTTP_IS_SUPPRESSED: True}))
