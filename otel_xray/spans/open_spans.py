"""The spans that are open at present, for whom the end comes from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import MappingProxyType

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

from otel_xray.model import keys
from otel_xray.model.ids import SpanId


class OpenSpans(SpanProcessor):
    """Knows every span of the process that has begun and not ended."""

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        """
        Prepare.

        Args:
            clock: nanoseconds since the epoch.
        """
        self._open: dict[SpanId, ReadableSpan] = {}
        self._clock = clock

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002  the interface's
        """Remember *span*."""
        self._open[span.get_span_context().span_id] = span

    def on_end(self, span: ReadableSpan) -> None:
        """Forget *span*."""
        if span.context is not None:
            self._open.pop(span.context.span_id, None)

    def unfinished(self) -> list[ReadableSpan]:
        """
        Return what the open spans hold by now, as spans that are in progress.

        The complete ones, if they still come, have the same ids.
        """
        now = self._clock()
        return [_unfinished(span, now) for span in tuple(self._open.values())]


def _unfinished(span: ReadableSpan, now: int) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=MappingProxyType({**(span.attributes or {}), keys.IN_PROGRESS: True}),
        events=span.events,
        links=span.links,
        kind=span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=now,
        instrumentation_scope=span.instrumentation_scope,
    )
