"""What X-Ray is told about a rule."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple


class Counts(NamedTuple):
    """
    Requests since the last report. One is sampled or borrowed, never both.

    Attributes:
        requests: that the rule was for.
        borrowed: recorded because they were borrowed.
        sampled: recorded otherwise.
    """

    requests: int = 0
    borrowed: int = 0
    sampled: int = 0


class Statistics:
    """Counts requests, each of them wholly in one report. Safe to use from any thread."""

    def __init__(self) -> None:
        self._counts = Counts()
        self._lock = Lock()

    def add(self, requests: int = 0, borrowed: int = 0, sampled: int = 0) -> None:
        """Count these too."""
        with self._lock:
            counts = self._counts
            self._counts = Counts(
                counts.requests + requests, counts.borrowed + borrowed, counts.sampled + sampled
            )

    def take(self) -> Counts:
        """Return what was counted, and begin again from nothing."""
        with self._lock:
            counts, self._counts = self._counts, Counts()
        return counts

    @property
    def counts(self) -> Counts:
        """What was counted so far."""
        return self._counts
