"""How long somebody may wait for spans to be sent."""

from __future__ import annotations

import time
from collections.abc import Callable

MARGIN = 0.2  # seconds that are left to the runtime before its invocation times out


class Budget:
    """
    Seconds that the end of a piece of work may wait for its spans.

    Attributes:
        limit: at most so many.
        deadline: when the present work is ended from outside, in seconds since the epoch; None:
            nobody does.
        held: the end of a span sends nothing, since somebody flushes when nobody waits.
    """

    def __init__(self, limit: float, clock: Callable[[], float] = time.time) -> None:
        self.limit = limit
        self.deadline: float | None = None
        self.held = False
        self._clock = clock

    def seconds(self) -> float:
        """Return how long to wait now; 0 when there is no time left."""
        if self.deadline is None:
            return self.limit
        return max(0.0, min(self.limit, self.deadline - MARGIN - self._clock()))
