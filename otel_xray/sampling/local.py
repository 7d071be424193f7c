"""Decisions by local rules."""

from __future__ import annotations

from collections.abc import Callable

from otel_xray.sampling.chance import draw
from otel_xray.sampling.manifest import Manifest
from otel_xray.sampling.reservoir import LocalReservoir
from otel_xray.sampling.rule import Request, Rule


class LocalRules:
    """Local rules, each with its reservoir. Safe to use from any thread."""

    def __init__(self, manifest: Manifest, draw: Callable[[], float] = draw) -> None:
        """
        Begin with full reservoirs.

        Args:
            manifest: the rules.
            draw: chance; a number from 0 to 1.
        """
        self._manifest = manifest
        self._draw = draw
        self.restart()

    def decide(self, request: Request | None, now: float) -> bool:
        """
        Say whether a request is recorded.

        Args:
            request: what is known of it; None is for the default rule.
            now: seconds since the epoch.
        """
        rule, reservoir = self._match(request)
        return reservoir.take(now) or self._draw() < rule.rate

    def restart(self) -> None:
        """Begin again with full reservoirs; for a forked process."""
        rules, default = self._manifest
        self._default = LocalReservoir(default.reservoir_size)
        self._rules = [(rule, LocalReservoir(rule.reservoir_size)) for rule in rules]

    def _match(self, request: Request | None) -> tuple[Rule, LocalReservoir]:
        if request is not None:
            for rule, reservoir in self._rules:
                if rule.matches(request):
                    return rule, reservoir
        return self._manifest.default, self._default
