"""
Giving payloads to a transport: trying again, and saying what was lost.

Spans that cannot be delivered are lost, never the application's work or its time. A loss is
reported once, with its reason, and from then on at most once a minute with the number of spans
lost since.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from otel_xray.errors import TransportError
from otel_xray.transport.base import Transport

_log = logging.getLogger(__name__)

REPORT_INTERVAL = 60.0
FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Clock:
    """
    Time, injected.

    Attributes:
        now: monotonic seconds.
        sleep: waits for some seconds.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Delivery:
    """Delivers payloads over one transport."""

    def __init__(
        self, transport: Transport, remedy: str, timeout: float, clock: Clock | None = None
    ) -> None:
        """
        Prepare.

        Args:
            transport: where payloads go.
            remedy: what a person can do when nothing arrives; ends the report.
            timeout: seconds for one payload, waits included.
            clock: for tests.
        """
        self._transport = transport
        self._remedy = remedy
        self._timeout = timeout
        self._clock = clock or Clock()
        self._lost = 0
        self._reported_at: float | None = None

    def deliver(self, payload: bytes, spans: int) -> bool:
        """
        Send *payload*, which holds that many *spans*.

        Returns:
            Whether it was delivered; if not, the loss has been counted and reported.
        """
        deadline = self._clock.now() + self._timeout
        wait = FIRST_WAIT
        while True:
            try:
                self._transport.send(payload, max(deadline - self._clock.now(), 0.001))
            except TransportError as error:
                pause = max(error.retry_after or 0.0, wait)
                if error.retry_after is None or not self._may_wait(pause, deadline):
                    self._lose(spans, error)
                    return False
                self._clock.sleep(pause)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                return True

    def close(self) -> None:
        """Let go of the transport's sockets."""
        self._transport.close()

    def _may_wait(self, pause: float, deadline: float) -> bool:
        """Say whether another attempt fits: never past the deadline, nor when Python ends."""
        return threading.main_thread().is_alive() and self._clock.now() + pause < deadline

    def _lose(self, spans: int, error: TransportError) -> None:
        self._lost += spans
        now = self._clock.now()
        if self._reported_at is None or now - self._reported_at >= REPORT_INTERVAL:
            _log.warning("%d spans were not sent: %s. %s", self._lost, error, self._remedy)
            self._reported_at = now
            self._lost = 0
