"""The reservoir of one of X-Ray's rules."""

from __future__ import annotations

from enum import Enum

from otel_xray.sampling.reservoir import CentralReservoir, Decision


class ReservoirDecision(Enum):
    """
    What a reservoir says to a request.

    Attributes:
        TAKE: it is recorded, from the quota.
        BORROW: it is recorded, before there is a quota.
        NO: the rate decides.
    """

    TAKE = "take"
    BORROW = "borrow"
    NO = "no"


_SPELLINGS = {decision: ReservoirDecision[decision.name] for decision in Decision}


class Reservoir(CentralReservoir):
    """This process's share of a rule's reservoir. Safe to use from any thread."""

    def borrow_or_take(self, now: float, can_borrow: bool) -> ReservoirDecision | None:
        """
        Take one of the quota or, without one that is good, borrow one.

        Args:
            now: seconds since the epoch.
            can_borrow: the rule has a reservoir to borrow from.

        Returns:
            What to do; None when there is neither a quota nor anything to borrow from.
        """
        if not can_borrow and not self.is_fresh(now):
            return None
        return _SPELLINGS[self.decide(now, can_borrow=can_borrow)]

    def load_quota(self, quota: float | None, TTL: float | None, interval: float | None) -> None:  # noqa: N803  as X-Ray code calls it
        """
        Take what X-Ray says; what is None stays.

        Args:
            quota: requests a second.
            TTL: seconds since the epoch until which it is good.
            interval: seconds between reports.
        """
        self.load(quota, TTL, interval)

    @property
    def TTL(self) -> float | None:  # noqa: N802  as X-Ray code calls it
        """Seconds since the epoch until which the quota is good."""
        return self.expires
