"""
A program that decides by rules: the X-Ray SDK's, or ours after ``otel_xray.compat.install()``.

It reads scenarios from standard input and writes what came of them, as JSON. Time and chance are
the scenarios'.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

PART = "aws_xray_sdk.core.sampling."


class Scene:
    """
    A sampler in a scenario.

    Attributes:
        now: seconds since the epoch.
        draws: what chance gives.
    """

    now = float(int(time.time()))
    draws: Iterator[float] = iter(())

    def __init__(self, draws: list[float], rules: list[dict[str, Any]]) -> None:
        Scene.draws = iter(draws)
        self.rule_type = import_module(PART + "sampling_rule").SamplingRule
        self.sampler = import_module(PART + "sampler").DefaultSampler()
        self.sampler._random = self.sampler._local_sampler._random = Drawn()
        self.sampler._started = True  # there is nobody to poll
        self.cache = self.sampler._cache
        self.known = rules

    def refused(self, document: dict[str, Any]) -> str | None:
        """Load local rules, and return the name of the exception if they cannot be used."""
        invalid = import_module("aws_xray_sdk.core.exceptions.exceptions")
        try:
            self.sampler.load_local_rules(document)
        except invalid.InvalidSamplingManifestError as error:
            return type(error).__name__
        return None

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        Scene.now += seconds

    def rules(self, places: list[int]) -> None:
        """Let X-Ray tell its rules."""
        self.cache.load_rules([self.rule_type(**self.known[place]) for place in places])
        self.cache.last_updated = int(Scene.now)

    def targets(self, told: dict[str, dict[str, Any]]) -> None:
        """Let X-Ray tell its targets, which last for some time from now on."""
        second = int(Scene.now)
        ends = {name: target["TTL"] for name, target in told.items()}
        self.cache.load_targets(
            {
                name: {**target, "TTL": None if ends[name] is None else second + ends[name]}
                for name, target in told.items()
            }
        )

    def report(self, _: None) -> Any:
        """Return the statistics of rules that are due."""
        due = [rule for rule in self.cache.rules if rule.ever_matched() and rule.time_to_report()]
        return [[rule.name, rule.snapshot_statistics()] for rule in due]

    def decide(self, request: dict[str, Any] | None) -> Any:
        """Return the decision about a request."""
        return self.sampler.should_trace(request)

    def end(self) -> Any:
        """Return what is left."""
        return [[rule.name, rule.snapshot_statistics(), rule.rate] for rule in self.cache.rules]


class Drawn:
    """What ``random.Random`` makes, with the scenario's chance."""

    def random(self) -> float:
        """Return the next number."""
        return next(Scene.draws)


def play(draws: list[float], local: Any, rules: list[dict[str, Any]], steps: list[Any]) -> Any:
    """Return what each step of a scenario gives."""
    scene = Scene(draws, rules)
    refused = scene.refused(local)
    if refused:
        return [refused]
    return [*(getattr(scene, operation)(argument) for operation, argument in steps), scene.end()]


def main() -> None:
    """Play all scenarios."""
    if sys.argv[1] == "ours":
        import_module("otel_xray.compat").install()
    connector: Any = import_module(PART + "connector").ServiceConnector
    connector._create_xray_client = lambda *_: None  # the original makes an expensive one each time
    anything: Any = random
    anything.random = Drawn().random
    anything = time
    anything.time = lambda: Scene.now
    logging.disable()
    json.dump([play(**scenario) for scenario in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
