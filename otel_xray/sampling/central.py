"""Central rules: what X-Ray decides for all services together, and this process's share of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from otel_xray.sampling.boost import Boost, BoostStatistics
from otel_xray.sampling.chance import draw
from otel_xray.sampling.reservoir import CentralReservoir, Decision
from otel_xray.sampling.rule import Rule
from otel_xray.sampling.statistics import Statistics


class Target(NamedTuple):
    """
    What X-Ray answers to the statistics of a rule.

    Attributes:
        rate: the fixed rate from now on; None when nothing was said.
        quota: this process's share of the reservoir, requests a second.
        expires: seconds since the epoch until which the quota is good.
        interval: seconds until the next report.
        boost: the rate for the time being; None when nothing was said.
    """

    rate: float | None = None
    quota: float | None = None
    expires: float | None = None
    interval: float | None = None
    boost: Boost | None = None


class CentralRule:
    """
    A rule of X-Ray's, with its reservoir and its statistics. Safe to use from any thread.

    Attributes:
        reservoir_type: what it gets for a reservoir.
        rule: what it says.
        rate: fixed rate, which X-Ray may change.
        reservoir: this process's share.
        statistics: what X-Ray will be told.
        boost: a rate for the time being; None for the fixed one.
        boost_statistics: what X-Ray will be told of how traces ended.
    """

    reservoir_type: ClassVar[type[CentralReservoir]] = CentralReservoir

    def __init__(self, rule: Rule) -> None:
        """Begin as X-Ray describes the rule, without a quota."""
        self.rule = rule
        self.rate = rule.rate
        self.reservoir = self.reservoir_type()
        self.statistics = Statistics()
        self.boost: Boost | None = None
        self.boost_statistics = BoostStatistics()

    def decide(self, now: float, draw: Callable[[], float] = draw) -> bool:
        """
        Say whether a request that the rule is for is recorded, and count it.

        Args:
            now: seconds since the epoch.
            draw: chance; a number from 0 to 1.
        """
        decision = self.reservoir.decide(now, can_borrow=self.rule.reservoir_size > 0)
        borrowed = decision is Decision.BORROW
        sampled = borrowed or decision is Decision.TAKE or draw() < self.rate_at(now)
        self.statistics.add(1, borrowed, sampled and not borrowed)
        return sampled

    def rate_at(self, now: float) -> float:
        """Return the share of the requests beyond the reservoir that are recorded at *now*."""
        return self.rate if self.boost is None else self.boost.over(self.rate, now)

    def ended(self, *, faulty: bool, recorded: bool) -> None:
        """Count a trace that the rule decided about, and whose first span has ended."""
        self.boost_statistics.add(1, int(faulty), int(faulty and recorded))

    def aim(self, target: Target) -> None:
        """Take what X-Ray answers."""
        self.reservoir.load(target.quota, target.expires, target.interval)
        if target.rate is not None:
            self.rate = target.rate
        if target.boost is not None:
            self.boost = target.boost

    def restart(self) -> None:
        """Begin again, without a quota and without statistics; for a forked process."""
        CentralRule.__init__(self, self.rule)

    def continue_from(self, older: CentralRule) -> None:
        """
        Go on where an older description of the same rule was left.

        Both share what they count, so a decision that is being made by the older one is not lost.
        """
        self.reservoir = older.reservoir
        self.statistics = older.statistics
        self.boost_statistics = older.boost_statistics
        if self.rule.boost is not None:  # else it was taken back
            self.boost = older.boost
