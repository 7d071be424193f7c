"""Samplers of three makers at one console: they follow the same rules and share reservoirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from otel_xray.console.server import ConsoleServer
from tests.benchmarks.contestants import ADOT
from tests.benchmarks.environments import prepare
from tests.benchmarks.failures import BenchmarkFailed
from tests.console.receive.test_sampling_rules import RULE
from tests.console.server.test_sampling import client

pytestmark = pytest.mark.slow

PROGRAMS = Path(__file__).parent / "programs"
MANY = 1000


class Process:
    """A sampler in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._input: IO[str] = process.stdin
        self._output: IO[str] = process.stdout

    def __call__(self, command: str) -> Any:
        """Tell it *command*, and return its answer."""
        self._input.write(f"{command}\n")
        self._input.flush()
        answer = self._output.readline()
        assert answer, f"it ended at {command}"
        return json.loads(answer)


@contextmanager
def started(python: Path, program: str, endpoint: str) -> Iterator[Process]:
    """Run a program."""
    command = [str(python), str(PROGRAMS / program), endpoint]
    environ = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "eu-west-1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
    ) as process:
        try:
            yield Process(process)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(30)


@pytest.fixture(scope="module")
def adot() -> Path:
    """Return an interpreter with AWS's distribution, which pins another OpenTelemetry than ours."""
    try:
        return prepare(ADOT).python
    except BenchmarkFailed as error:
        pytest.skip(f"AWS's distribution of OpenTelemetry cannot be installed: {error}")


@pytest.fixture
def samplers(console: ConsoleServer, adot: Path) -> Iterator[dict[str, Process]]:
    """Run all three, which know the rules."""
    own = Path(sys.executable)
    pythons = {"ours": own, "xray_sdk": own, "adot": adot}
    with ExitStack() as running:
        found = {
            name: running.enter_context(started(python, f"{name}.py", console.url))
            for name, python in pythons.items()
        }
        for sampler in found.values():
            sampler("fetch")
        yield found


def test_a_reservoir_is_shared_by_all_makers(samplers: dict[str, Process]) -> None:
    """Of ten requests a second they get four, three and three; one alone would get all."""
    for _ in range(2):
        for sampler in samplers.values():
            sampler(f"decide {MANY}")
            sampler("report")
    quotas = {name: sampler("quota") for name, sampler in samplers.items()}

    assert [3, 3, 4] == sorted(quotas.values())


def test_statistics_of_all_makers_add_up(
    samplers: dict[str, Process], console: ConsoleServer
) -> None:
    """Every request is in the summaries once, and every recorded one is recorded or borrowed."""
    recorded = 0
    for sampler in samplers.values():
        recorded += sampler(f"decide {MANY}")
        sampler("report")
    xray = client(console.url)
    summaries = xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
    found = [one for one in summaries if one["RuleName"] == RULE["RuleName"]]

    assert 3 * MANY == sum(one["RequestCount"] for one in found)
    assert 0 < recorded
    # AWS's distribution counts what was borrowed as sampled, too
    assert recorded <= sum(one["SampledCount"] + one["BorrowCount"] for one in found)


def test_a_changed_rule_reaches_all_makers(
    samplers: dict[str, Process], console: ConsoleServer
) -> None:
    """With the next report."""
    for sampler in samplers.values():
        sampler(f"decide {MANY}")
    change = {"RuleName": RULE["RuleName"], "FixedRate": 1.0, "ReservoirSize": 0}
    client(console.url).update_sampling_rule(SamplingRuleUpdate=change)
    for sampler in samplers.values():
        sampler("report")

    assert [50, 50, 50] == [sampler("decide 50") for sampler in samplers.values()]


def test_a_deleted_rule_is_nobodys(samplers: dict[str, Process], console: ConsoleServer) -> None:
    """The default one decides, and what is reported of the deleted one is unknown."""
    for sampler in samplers.values():
        sampler(f"decide {MANY}")
    client(console.url).delete_sampling_rule(RuleName=RULE["RuleName"])
    client(console.url).update_sampling_rule(
        SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 1.0, "ReservoirSize": 0}
    )
    for sampler in samplers.values():
        sampler("report")
        sampler("fetch")

    assert [50, 50, 50] == [sampler("decide 50") for sampler in samplers.values()]
