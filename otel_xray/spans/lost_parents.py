"""Callers that lost: several headers can name one, and a span has room for one parent."""

from __future__ import annotations

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span

from otel_xray.model import keys
from otel_xray.spans import received


def link(span: Span, context: Context | None) -> None:
    """
    Link *span* to those who called it, too.

    Only a span that starts from what `otel_xray.spans.propagator` extracted gets links, whoever
    starts it.

    Args:
        span: that just started, and has no parent in this process.
        context: in which it did.
    """
    found = received.of(context)
    if found is None or not found.parents:
        return
    parent = span.parent
    if parent is None and span.get_span_context().trace_id != found.root:
        return  # the root of a trace that nobody handed on
    known = parent and (parent.trace_id, parent.span_id)
    for other in found.parents:
        if (other.trace_id, other.span_id) != known:
            span.add_link(other, {keys.LINK_KIND: keys.LOST_PARENT})
