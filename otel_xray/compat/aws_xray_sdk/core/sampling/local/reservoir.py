"""The reservoir of a local rule."""

from __future__ import annotations

import time

from otel_xray.sampling.reservoir import LocalReservoir


class Reservoir:
    """Lets a number of requests through in each second. Safe to use from any thread."""

    def __init__(self, traces_per_sec: float = 0) -> None:
        """Let *traces_per_sec* requests through in each second."""
        self._reservoir = LocalReservoir(traces_per_sec)

    def take(self) -> bool:
        """Say whether there is one left in this second, and take it."""
        return self._reservoir.take(time.time())

    @property
    def traces_per_sec(self) -> float:
        """Requests a second."""
        return self._reservoir.size

    @property
    def used_this_sec(self) -> int:
        """Requests of the current second, so far."""
        return self._reservoir.current.used

    @property
    def this_sec(self) -> int:
        """The current second, since the epoch."""
        return self._reservoir.current.second
