"""One of X-Ray's rules."""

from __future__ import annotations

from typing import Any

from otel_xray.sampling.central import CentralRule
from otel_xray.sampling.rule import Rule, from_mapping

from ..utils.search_pattern import wildcard_match as wildcard_match
from .reservoir import Reservoir


class SamplingRule(CentralRule):
    """A rule, with its reservoir and what X-Ray is told of it. Safe to use from any thread."""

    reservoir_type = Reservoir

    def __init__(
        self,
        name: str,
        priority: float,
        rate: float,
        reservoir_size: float | None,
        host: str | None = None,
        method: str | None = None,
        path: str | None = None,
        service: str | None = None,
        service_type: str | None = None,
    ) -> None:
        """
        Begin without a quota.

        Args:
            name: ``Default`` is the rule that is for every request.
            priority: the lowest decides.
            rate: share of the requests beyond the reservoir that are recorded.
            reservoir_size: requests a second, of all services together.
            host: pattern; None matches nothing that is known, here as in what follows.
            method: pattern.
            path: pattern.
            service: pattern.
            service_type: pattern.
        """
        size = reservoir_size or 0
        super().__init__(
            Rule(name, priority, rate, size, host, method, path, service, service_type)
        )

    def match(self, sampling_req: dict[str, Any] | None) -> bool:
        """
        Say whether the rule is for a request.

        Args:
            sampling_req: its ``host``, ``method``, ``path``, ``service`` and ``service_type``;
                what is not known matches.
        """
        return sampling_req is not None and self.rule.matches(from_mapping(sampling_req))

    def is_default(self) -> bool:
        """Say whether the rule is for every request."""
        return self.rule.is_default

    def snapshot_statistics(self) -> dict[str, int]:
        """Return what X-Ray is to be told, and begin again from nothing."""
        counts = self.statistics.take()
        return {
            "request_count": counts.requests,
            "borrow_count": counts.borrowed,
            "sampled_count": counts.sampled,
        }

    def merge(self, rule: CentralRule) -> None:
        """Go on where *rule*, an older description of the same, was left."""
        self.continue_from(rule)

    def ever_matched(self) -> bool:
        """Say whether the rule decided anything since the last report."""
        return self.request_count > 0

    def time_to_report(self) -> bool:
        """Say whether X-Ray wants to hear of the rule; to be asked every ten seconds."""
        return self.reservoir.is_due()

    def increment_request_count(self) -> None:
        """Count a request that the rule is for."""
        self.statistics.add(requests=1)

    def increment_borrow_count(self) -> None:
        """Count a request that was recorded because it was borrowed."""
        self.statistics.add(borrowed=1)

    def increment_sampled_count(self) -> None:
        """Count a request that was recorded otherwise."""
        self.statistics.add(sampled=1)

    @property
    def name(self) -> str:
        """Its name."""
        return self.rule.name

    @property
    def priority(self) -> float:
        """Its place: the lowest decides."""
        return self.rule.priority

    @property
    def can_borrow(self) -> bool:
        """Whether there is a reservoir to borrow from."""
        return bool(self.rule.reservoir_size)

    @property
    def request_count(self) -> int:
        """Requests that the rule is for, since the last report."""
        return self.statistics.counts.requests

    @property
    def borrow_count(self) -> int:
        """Requests that were borrowed, since the last report."""
        return self.statistics.counts.borrowed

    @property
    def sampled_count(self) -> int:
        """Requests that were recorded otherwise, since the last report."""
        return self.statistics.counts.sampled
