"""
Several ways out at once, of which none waits for another.

OpenTelemetry's own multi-processor flushes and shuts down one after the other, so that a receiver
that hangs keeps the next one waiting, and the time that each may take adds up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Protocol

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from otel_xray.spans.processors import OutermostProcessor
from otel_xray.spans.worker import Worker

_log = logging.getLogger(__name__)

SHUTDOWN = 31.0  # seconds; OpenTelemetry's processor waits 30 for what it is still sending


class Lane(Protocol):
    """A processor whose work can be begun now and waited for later."""

    @property
    def patience(self) -> float:
        """Seconds that the end of a span may wait now."""
        ...

    @property
    def patience_at_end(self) -> float:
        """Seconds that shutting down may wait now."""
        ...

    def hand(self, span: ReadableSpan) -> int:
        """Take *span*; return what can be waited for, or 0."""
        ...

    def begin(self) -> int:
        """Begin to send everything; return what can be waited for, or 0."""
        ...

    def begin_end(self) -> int:
        """Begin to send everything, for the last time."""
        ...

    def settle(self, begun: int, timeout: float) -> bool:
        """Say whether what was *begun* is done within *timeout* seconds."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class ApartProcessor:
    """Any processor, flushed and shut down in a thread of its own."""

    patience = 0.0
    patience_at_end = SHUTDOWN

    def __init__(self, target: SpanProcessor) -> None:
        self._target = target
        self._worker = Worker(self._work)
        self._ending = False
        self._flushed = True

    def hand(self, span: ReadableSpan) -> int:
        """Hand *span* on."""
        self._worker.prepare()
        self._target.on_end(span)
        return 0

    def begin(self) -> int:
        """Flush it."""
        return self._worker.ask()

    def begin_end(self) -> int:
        """Shut it down."""
        self._ending = True
        return self._worker.ask()

    def settle(self, begun: int, timeout: float) -> bool:
        """Say whether what was *begun* is done, and well, within *timeout* seconds."""
        return self._worker.wait(begun, timeout) and self._flushed

    def close(self) -> None:
        """Nothing is left to do."""

    def _work(self) -> None:
        try:
            if self._ending:
                self._target.shutdown()
            else:
                self._flushed = self._target.force_flush()
        except Exception:  # noqa: BLE001  an exporter may be the user's own
            self._flushed = False
            _log.exception("%r failed.", self._target)


class SideBySide(SpanProcessor):
    """Hands every span to several lanes."""

    def __init__(self, targets: Sequence[SpanProcessor]) -> None:
        self._lanes: list[Lane] = [_lane(target) for target in targets]

    def on_end(self, span: ReadableSpan) -> None:
        """Hand *span* to every lane, then wait for those that have begun to send, together."""
        begun = [(lane, self._hand(lane, span)) for lane in self._lanes]
        waited_for = [(lane, number) for lane, number in begun if number]
        if waited_for:
            _settle(waited_for, max(lane.patience for lane, _ in waited_for))

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Flush all at once; say whether that was done within *timeout_millis*."""
        return _settle([(lane, lane.begin()) for lane in self._lanes], timeout_millis / 1000)

    def shutdown(self) -> None:
        """Shut all down at once."""
        begun = [(lane, lane.begin_end()) for lane in self._lanes]
        _settle(begun, max((lane.patience_at_end for lane in self._lanes), default=0.0))
        for lane in self._lanes:
            lane.close()

    def _hand(self, lane: Lane, span: ReadableSpan) -> int:
        try:
            return lane.hand(span)
        except Exception:  # noqa: BLE001  it costs the others nothing
            _log.exception("%r lost a span.", lane)
            return 0


def _lane(target: SpanProcessor) -> Lane:
    return target if isinstance(target, OutermostProcessor) else ApartProcessor(target)


def _settle(begun: Sequence[tuple[Lane, int]], timeout: float) -> bool:
    """Say whether all that was *begun* is done within *timeout* seconds, all taken together."""
    deadline = time.monotonic() + timeout
    done = [lane.settle(number, max(0.0, deadline - time.monotonic())) for lane, number in begun]
    return all(done)
