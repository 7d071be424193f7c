"""
Giving payloads to a transport: trying again, and saying what was lost.

Spans that cannot be delivered are lost, never the application's work or its time. A loss is
reported once, with its reason, and from then on at most once a minute with the number of spans
lost since.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from otel_xray.errors import TransportError
from otel_xray.transport.base import Carrier

_log = logging.getLogger(__name__)

REPORT_INTERVAL = 60.0
FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0

Payload = TypeVar("Payload")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Clock:
    """
    Time and chance, injected.

    Attributes:
        now: monotonic seconds.
        sleep: waits for some seconds.
        share: between 0 and 1; how much of the second half of a wait is waited, so that those who
            were refused together do not come back together.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    share: Callable[[], float] = random.random


class Delivery(Generic[Payload, Answer]):
    """Delivers payloads over one transport."""

    def __init__(
        self,
        transport: Carrier[Payload, Answer],
        remedy: str,
        timeout: float,
        clock: Clock | None = None,
    ) -> None:
        """
        Prepare.

        Args:
            transport: where payloads go.
            remedy: what a person can do when nothing arrives; ends the report.
            timeout: seconds for one batch of spans, waits included.
            clock: for tests.
        """
        self._transport = transport
        self._remedy = remedy
        self._timeout = timeout
        self._clock = clock or Clock()
        self._lost = 0
        self._reported_at: float | None = None

    def deadline(self) -> float:
        """Return when a batch that begins now must be delivered."""
        return self._clock.now() + self._timeout

    def deliver(
        self, payload: Payload, spans: int, deadline: float | None = None, *, in_parts: bool = False
    ) -> Answer | None:
        """
        Send *payload*, which holds that many *spans*.

        Args:
            payload: what the transport takes.
            spans: in it.
            deadline: from `deadline`, for payloads that share one.
            in_parts: the caller can send it in parts.

        Returns:
            What the other side says; None if it was not delivered, which has been counted and
            reported.

        Raises:
            TransportError: it is too large, and can be sent in parts.
        """
        deadline = self.deadline() if deadline is None else deadline
        wait = FIRST_WAIT
        while True:
            try:
                return self._transport.send(payload, max(deadline - self._clock.now(), 0.001))
            except TransportError as error:
                if error.too_large and in_parts:
                    raise
                pause = max(error.retry_after or 0.0, wait * (1 + self._clock.share()) / 2)
                if error.retry_after is None or not self._may_wait(pause, deadline):
                    self.lose(spans, str(error))
                    return None
                self._clock.sleep(pause)
                wait = min(wait * 2, LONGEST_WAIT)

    def lose(self, spans: int, reason: str) -> None:
        """Count *spans* as lost, and report them unless that was done just now."""
        self._lost += spans
        now = self._clock.now()
        if self._reported_at is None or now - self._reported_at >= REPORT_INTERVAL:
            _log.warning("%d spans were not sent: %s. %s", self._lost, reason, self._remedy)
            self._reported_at = now
            self._lost = 0

    def close(self) -> None:
        """Let go of the transport's sockets."""
        self._transport.close()

    def _may_wait(self, pause: float, deadline: float) -> bool:
        """Say whether another attempt fits: never past the deadline, nor when Python ends."""
        return threading.main_thread().is_alive() and self._clock.now() + pause < deadline
