"""
Boost: more is recorded for a while after something went wrong ("adaptive sampling").

A rule says how far X-Ray may go. Whoever samples tells it how many traces ended badly, and how many
of those were recorded; X-Ray answers with a rate that takes the place of the fixed one for a while.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple


class BoostLimit(NamedTuple):
    """
    What a rule allows.

    Attributes:
        max_rate: the highest rate.
        cooldown: minutes between two boosts.
    """

    max_rate: float
    cooldown: float


class Boost(NamedTuple):
    """
    A rate that holds for a while.

    Attributes:
        rate: share of the requests beyond the reservoir that are recorded.
        expires: seconds since the epoch until which it holds.
    """

    rate: float
    expires: float

    def over(self, rate: float, now: float) -> float:
        """Return the rate that holds at *now* beside a fixed *rate*, which it never lowers."""
        return max(rate, self.rate) if now < self.expires else rate


class BoostCounts(NamedTuple):
    """
    Traces that began here and whose first span has ended, since the last report.

    Attributes:
        total: how many.
        anomalies: those that ended with a fault.
        recorded: those of them that were recorded.
    """

    total: int = 0
    anomalies: int = 0
    recorded: int = 0


class BoostStatistics:
    """Counts them, each wholly in one report. Safe to use from any thread."""

    def __init__(self) -> None:
        self._counts = BoostCounts()
        self._lock = Lock()

    def add(self, total: int = 0, anomalies: int = 0, recorded: int = 0) -> None:
        """Count these too."""
        with self._lock:
            counts = self._counts
            self._counts = BoostCounts(
                counts.total + total, counts.anomalies + anomalies, counts.recorded + recorded
            )

    def take(self) -> BoostCounts:
        """Return what was counted, and begin again from nothing."""
        with self._lock:
            counts, self._counts = self._counts, BoostCounts()
        return counts

    @property
    def counts(self) -> BoostCounts:
        """What was counted so far."""
        return self._counts
