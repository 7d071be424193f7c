"""A sampler at a real collector, which signs what it asks and passes it on to the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from otel_xray.console.server import ConsoleServer
from otel_xray.sampling.choice import make
from otel_xray.setting_values import Sampling
from tests.collector.running import running
from tests.console.server.test_sampling import client
from tests.sampling.meeting.conftest import ALL
from tests.sampling.test_poller import eventually
from tests.sampling.test_sampler import RULE, is_sampled, root

pytestmark = pytest.mark.slow


def test_rules_and_reports_pass_a_collector(
    full: str,
    console: ConsoleServer,
    tmp_path: Path,
) -> None:
    """Unsigned from us, signed from the collector; quotas come back, and statistics arrive."""
    overlay = {"extensions": {"awsproxy": {"aws_endpoint": console.url}}}
    with running(full, "xray-sampling-proxy", tmp_path, overlay) as collector:
        endpoint = f"http://127.0.0.1:{collector.ports.daemon}"
        decided = Sampling(central=True, endpoint=endpoint)
        sampler = make(decided, {}, 10.0)
        rules, targets = sampler._pollers
        sampler._started = True  # no thread polls in between
        eventually(lambda: rules.step() and sampler._cache.rules)
        decisions = [is_sampled(sampler) for _ in range(5)]
        targets.step()

    assert decisions[0]
    assert ALL["RuleName"] == root(sampler).attributes[RULE]
    assert 10 == sampler._cache.rules[0].reservoir.quota
    (found,) = client(console.url).get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
    assert (ALL["RuleName"], 5) == (found["RuleName"], found["RequestCount"])
