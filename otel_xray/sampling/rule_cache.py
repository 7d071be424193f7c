"""The central rules that are known at present."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from otel_xray.sampling.central import CentralRule, Target
from otel_xray.sampling.rule import Request

LIFETIME = 3600


class RuleCache:
    """
    Keeps X-Ray's rules for an hour after X-Ray was last heard of. Safe to use from any thread.

    One thread at a time changes it. A list of rules is never changed once others can see it.

    Attributes:
        rules: in the order in which they are asked.
        last_updated: seconds since the epoch; None when X-Ray was never heard of.
    """

    def __init__(self) -> None:
        self.rules: Sequence[CentralRule] = ()
        self.last_updated: float | None = None

    def match(self, request: Request, now: float) -> CentralRule | None:
        """Return the rule for *request*; None when there is none or they are too old at *now*."""
        if self.is_expired(now):
            return None
        for rule in self.rules:
            if rule.rule.is_default or rule.rule.matches(request):
                return rule
        return None

    def is_expired(self, now: float) -> bool:
        """Say whether X-Ray was not heard of for too long at *now*, or never."""
        return not self.last_updated or now > self.last_updated + LIFETIME

    def load(self, rules: Iterable[CentralRule]) -> None:
        """Replace the rules by *rules*, which go on where those of the same name were left."""
        known = {rule.rule.name: rule for rule in self.rules}
        found = sorted(rules, key=lambda rule: rule.rule.order)
        for rule in found:
            older = known.get(rule.rule.name)
            if older is not None:
                rule.continue_from(older)
        self.rules = found

    def aim(self, targets: Mapping[str, Target]) -> None:
        """Take what X-Ray answers to statistics, by the rules' names."""
        for rule in self.rules:
            target = targets.get(rule.rule.name)
            if target is not None:
                rule.aim(target)

    def restart(self) -> None:
        """Begin again with the same rules, without quotas and statistics; for a forked process."""
        for rule in self.rules:
            rule.restart()
