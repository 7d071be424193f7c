"""Span processors: when ended spans go to their exporter."""

from __future__ import annotations

import logging
import math
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

from otel_xray.spans.budget import Budget
from otel_xray.spans.worker import Worker

_log = logging.getLogger(__name__)

# As many as OTEL_BSP_MAX_QUEUE_SIZE allows by default.
QUEUE_LENGTH = 2048

BATCH = 512  # as OTEL_BSP_MAX_EXPORT_BATCH_SIZE

MOST_KEPT = 100
LONGEST_WAIT = 1_000_000_000  # nanoseconds


class OutermostProcessor(SpanProcessor):
    """
    Exports when the outermost span of the process ends, with everything that ended inside it.

    In Lambda the environment is frozen between invocations, so spans must leave before the response
    does. The invocation waits for them no longer than its budget: what is not sent by then goes on
    in a thread, and, after a freeze, during the next invocation. Elsewhere it is for exporters that
    wait for nobody: no thread has to be woken for each request. What ends inside a span that stays
    open for long is sent from time to time.
    """

    def __init__(self, exporter: SpanExporter, budget: Budget | None) -> None:
        """
        Prepare.

        Args:
            exporter: what sends the spans.
            budget: what the end of an outermost span may wait; None for an exporter that never
                waits for anybody, which needs no thread.
        """
        self._budget = budget
        self._ended: deque[ReadableSpan] = deque(maxlen=QUEUE_LENGTH)
        self._lost = 0
        self._exporter = exporter
        self._sender = None if budget is None else Worker(self._send)
        self._send_before = math.inf

    def on_end(self, span: ReadableSpan) -> None:
        """Keep *span*, and send everything if it is an outermost one, or has waited for long."""
        begun = self.hand(span)
        if begun:
            self.settle(begun, self.patience)

    def hand(self, span: ReadableSpan) -> int:
        """Do what `on_end` does, but wait for nobody; return what can be waited for, or 0."""
        context, parent = span.context, span.parent
        if context is None or not context.trace_flags.sampled:
            return 0
        self._lost += len(self._ended) == QUEUE_LENGTH
        self._ended.append(span)
        if self._budget is not None and self._budget.held:
            if len(self._ended) % BATCH == 0:
                self.begin()  # nobody waits, but neither are so many kept
            return 0
        if parent is None or parent.is_remote or self._is_overdue(span.end_time or 0):
            return self.begin()
        return 0

    @property
    def patience(self) -> float:
        """Seconds that the end of an outermost span may wait now."""
        return 0.0 if self._budget is None else self._budget.seconds()

    def _is_overdue(self, now: int) -> bool:
        if self._budget is not None:
            return False
        if len(self._ended) == 1:
            self._send_before = now + LONGEST_WAIT
        return now > self._send_before or len(self._ended) > MOST_KEPT

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what is kept; say whether that was done within *timeout_millis*."""
        return self.settle(self.begin(), timeout_millis / 1000)

    def shutdown(self) -> None:
        """Send what is kept, within the budget, and close the exporter."""
        self.settle(self.begin(), self.patience)
        self.close()

    def begin(self) -> int:
        """Begin to send what is kept; return what can be waited for, or 0 if that is done."""
        if self._sender is not None:
            return self._sender.ask()
        self._send()
        return 0

    @property
    def patience_at_end(self) -> float:
        """Seconds that shutting down may wait now."""
        return self.patience

    def begin_end(self) -> int:
        """Begin to send what is kept, for the last time."""
        return self.begin()

    def settle(self, begun: int, timeout: float) -> bool:
        """Say whether what was *begun* is done within *timeout* seconds."""
        return self._sender is None or not begun or self._sender.wait(begun, timeout)

    def close(self) -> None:
        """Close the exporter, whatever is kept."""
        self._exporter.shutdown()

    def _send(self) -> None:
        if self._sender is None:  # then it makes no requests that could be traced
            self._send_kept()
            return
        if not self._ended:
            return
        # Sending must not be traced: the exporter's own requests would make spans without end.
        token = attach(set_value(_SUPPRESS_INSTRUMENTATION_KEY, True))
        try:
            self._send_kept()
        finally:
            detach(token)

    def _send_kept(self) -> None:
        while batch := self._taken():
            self._export(batch)

    def _taken(self) -> list[ReadableSpan]:
        """Return everything that is kept; another thread may be taking the same spans."""
        batch: list[ReadableSpan] = []
        try:
            while True:
                batch.append(self._ended.popleft())
        except IndexError:
            return batch

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
        self._lent: SpanProcessor | None = None

    def switch(self, target: SpanProcessor) -> None:
        """Use *target* from now on, and shut down what was used before."""
        before, self._target = self._target, target
        before.shutdown()

    @contextmanager
    def lend(self, target: SpanProcessor) -> Generator[None, None, None]:
        """Use *target* for the length of a block, then what is switched to by then."""
        before, self._lent = self._lent, target
        try:
            yield
        finally:
            self._lent = before

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Tell the target."""
        (self._lent or self._target).on_start(span, parent_context)

    def on_end(self, span: ReadableSpan) -> None:
        """Tell the target."""
        (self._lent or self._target).on_end(span)

    def shutdown(self) -> None:
        """Shut the target down."""
        self._target.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Flush the target."""
        return (self._lent or self._target).force_flush(timeout_millis)
