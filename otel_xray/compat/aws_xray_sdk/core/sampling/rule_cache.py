"""The rules of X-Ray's that are known at present."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otel_xray.sampling import rule_cache
from otel_xray.sampling.central import Target
from otel_xray.sampling.rule import from_mapping

TTL = rule_cache.LIFETIME


class RuleCache(rule_cache.RuleCache):
    """Keeps rules and quotas for an hour after X-Ray was last heard of."""

    def get_matched_rule(self, sampling_req: dict[str, Any] | None, now: float) -> Any:
        """
        Return the rule that decides about a request.

        Args:
            sampling_req: what is known of the request; of None only the default rule decides.
            now: seconds since the epoch.

        Returns:
            The rule; None when there is none, or when they are too old.
        """
        if self.is_expired(now):
            return None
        if sampling_req is None:
            return next((rule for rule in self.rules if rule.rule.is_default), None)
        return self.match(from_mapping(sampling_req), now)

    def load_rules(self, rules: list[Any]) -> None:
        """Replace the rules by *rules*, which go on where those of the same name were left."""
        self.load(rules)

    def load_targets(self, targets_dict: Mapping[str, Mapping[str, Any]]) -> None:
        """
        Take X-Ray's answer to a report.

        Args:
            targets_dict: ``rate``, ``quota``, ``TTL`` and ``interval``, by the rules' names.
        """
        self.aim({name: target(told) for name, told in targets_dict.items()})


def target(told: Mapping[str, Any]) -> Target:
    """Return what X-Ray aims at from the connector's description of it."""
    return Target(told["rate"], told["quota"], told["TTL"], told["interval"])
