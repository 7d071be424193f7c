"""Fetches X-Ray's rules now and then."""

from __future__ import annotations

import logging
import time
from typing import Any

from otel_xray.sampling import poller

from .rule_cache import RuleCache

log = logging.getLogger(__name__)

DEFAULT_INTERVAL = int(poller.RULES_INTERVAL)


class RulePoller(poller.RulePoller):
    """Fetches the rules in a thread of its own, at once and every five minutes."""

    log = log
    level = logging.ERROR

    def __init__(self, cache: RuleCache, connector: Any) -> None:
        """
        Prepare; no thread is started.

        Args:
            cache: gets the rules.
            connector: fetches them.
        """
        super().__init__(cache, connector.fetch_sampling_rules, clock=_now)


def _now() -> float:
    """Return the time by the clock that the sampler looks at, also where a test has replaced it."""
    return time.time()
