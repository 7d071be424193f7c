"""What a span takes over from those around it: the outermost one, callers, business keys."""

from __future__ import annotations

from typing import Any

from opentelemetry.context import Context, get_current
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

from otel_xray.spans import correlated, lost_parents
from otel_xray.spans.local_root import CURRENT_SPAN, mark


class InheritanceProcessor(SpanProcessor):
    """
    Tells each span of a process what is around it.

    A provider that the application has made needs one for `otel_xray.correlate` to find the
    outermost span, and for links to callers that are not the parent; `otel_xray.pipeline` adds it
    to its own.
    """

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Mark *span* with the outermost one, or link it, and give it what its context carries."""
        # Every span pays for this, so it asks the context by key and compares by identity.
        parent = span.parent
        if parent is None or parent.is_remote:
            lost_parents.link(span, parent_context)
            return
        context = get_current() if parent_context is None else parent_context
        around: Any = context.get(CURRENT_SPAN)
        if around is not None and around.get_span_context() is parent:
            mark(span, around)
        if correlated.CARRIED in context:
            correlated.inherit(span, parent.trace_id, context)

    def on_end(self, span: ReadableSpan) -> None:
        """Let no baggage outlive the outermost span of the trace that it was meant for."""
        if not correlated.is_used():
            return
        parent, own = span.parent, span.context
        if own is not None and (parent is None or parent.is_remote):
            correlated.end(own.trace_id)
