"""Tells X-Ray what came of its rules now and then."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from otel_xray.sampling import poller
from otel_xray.sampling.central import CentralRule
from otel_xray.sampling.service import Report

from .rule_cache import RuleCache, target
from .rule_poller import RulePoller

log = logging.getLogger(__name__)


class TargetPoller(poller.TargetPoller):
    """Reports statistics in a thread of its own, every ten seconds or as X-Ray says."""

    log = log
    level = logging.ERROR

    def __init__(self, cache: RuleCache, rule_poller: RulePoller, connector: Any) -> None:
        """
        Prepare; no thread is started.

        Args:
            cache: has the rules, and gets what X-Ray answers.
            rule_poller: is woken up when X-Ray says that the rules have changed.
            connector: reports.
        """

        def report(rules: Sequence[CentralRule]) -> Report:
            targets, modified = connector.fetch_sampling_target(rules)
            return Report({name: target(told) for name, told in targets.items()}, modified)

        super().__init__(cache, report, rule_poller)
