"""Span processors: when ended spans go to their exporter."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry.context import (
    _SUPPRESS_INSTRUMENTATION_KEY,  # pyright: ignore[reportPrivateUsage]  # the SDK's processors use it too
    Context,
    attach,
    detach,
    set_value,
)
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter

from otel_xray.spans.worker import Worker

_log = logging.getLogger(__name__)

# As many as OTEL_BSP_MAX_QUEUE_SIZE allows by default.
QUEUE_LENGTH = 2048


class InvocationProcessor(SpanProcessor):
    """
    Exports when the outermost span of the process ends: for Lambda.

    Between invocations a Lambda environment is frozen, so spans must leave before the response
    does; they do when a span without a local parent ends. The invocation waits for them no longer
    than its budget: what is not sent by then goes on in a thread, and, after a freeze, during
    the next invocation.
    """

    def __init__(self, exporter: SpanExporter, budget: float | None) -> None:
        """
        Prepare.

        Args:
            exporter: what sends the spans.
            budget: seconds that the end of an invocation may wait; None for an exporter that
                never waits for anybody, which needs no thread.
        """
        self._budget = budget
        self._ended: deque[ReadableSpan] = deque(maxlen=QUEUE_LENGTH)
        self._lost = 0
        self._exporter = exporter
        self._sender = None if budget is None else Worker(self._send)

    def on_end(self, span: ReadableSpan) -> None:
        """Keep *span*, and send everything if it is an outermost one."""
        if not (span.context and span.context.trace_flags.sampled):
            return
        self._lost += len(self._ended) == QUEUE_LENGTH
        self._ended.append(span)
        if span.parent is None or span.parent.is_remote:
            self._flush(self._budget)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what is kept; say whether that was done within *timeout_millis*."""
        return self._flush(timeout_millis / 1000)

    def shutdown(self) -> None:
        """Send what is kept, within the budget, and close the exporter."""
        self._flush(self._budget)
        self._exporter.shutdown()

    def _flush(self, timeout: float | None) -> bool:
        if self._sender is not None and timeout is not None:
            return self._sender.run(timeout)
        self._send()
        return True

    def _send(self) -> None:
        if not self._ended:
            return
        # Sending must not be traced: the exporter's own requests would make spans without end.
        token = attach(set_value(_SUPPRESS_INSTRUMENTATION_KEY, True))
        try:
            while self._ended:
                self._export([self._ended.popleft() for _ in range(len(self._ended))])
        finally:
            detach(token)

    def _export(self, batch: list[ReadableSpan]) -> None:
        if self._lost:
            _log.warning(
                "%d spans were dropped: they ended faster than they were sent.", self._lost
            )
            self._lost = 0
        try:
            self._exporter.export(batch)
        except Exception:  # noqa: BLE001  an exporter may be the user's own
            _log.exception("%d spans were lost by %r.", len(batch), self._exporter)


class SwitchProcessor(SpanProcessor):
    """
    Hands everything to another processor, which may be exchanged at any time.

    OpenTelemetry's global provider can be set once only; X-Ray code configures whenever it likes.
    """

    def __init__(self) -> None:
        self._target: SpanProcessor = SpanProcessor()

    def switch(self, target: SpanProcessor) -> None:
        """Use *target* from now on, and shut down what was used before."""
        before, self._target = self._target, target
        before.shutdown()

    @contextmanager
    def lend(self, target: SpanProcessor) -> Generator[None, None, None]:
        """Use *target* for the length of a block, then what was used before."""
        before, self._target = self._target, target
        try:
            yield
        finally:
            self._target = before

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Tell the target."""
        self._target.on_start(span, parent_context)

    def on_end(self, span: ReadableSpan) -> None:
        """Tell the target."""
        self._target.on_end(span)

    def shutdown(self) -> None:
        """Shut the target down."""
        self._target.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Flush the target."""
        return self._target.force_flush(timeout_millis)
