"""Polling without threads, as in Lambda: freezes, thaws and clocks that are set."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from otel_xray.sampling import fork, steps
from otel_xray.sampling.sampler import LEAST_SECONDS, XRaySampler
from tests.sampling.service_double import record
from tests.sampling.test_boost import Service
from tests.sampling.test_poller import threads

START = 1_764_028_800.0
HOUR = 3600.0


class Scene:
    """
    A sampler without threads.

    Attributes:
        now: what its clock shows.
        service: whom it asks.
    """

    def __init__(self) -> None:
        self.now = START
        self.service = Service(record("all", Priority=1, FixedRate=1, ReservoirSize=0))
        self.sampler = XRaySampler(self.service, clock=lambda: self.now, threads=False)
        self.asked = 0
        fetch = self.service.get_sampling_rules

        def counted(**arguments: str) -> Any:
            self.asked += 1
            return fetch(**arguments)

        self.service.get_sampling_rules = counted  # type: ignore[method-assign]  # counts

    def rule(self) -> Any:
        """Decide, and return the name of X-Ray's rule that has decided."""
        result: Any = self.sampler.should_sample(None, 1, "s")
        return result.attributes.get("aws.xray.sampling_rule_name")

    def invocation(self, later: float = 1) -> Any:
        """Decide, answer, and have time; return the rule that has decided."""
        self.now += later
        rule = self.rule()
        steps.poll_due(1)
        return rule

    @property
    def reported(self) -> int:
        """How many requests were reported."""
        return sum(document["RequestCount"] for document in self.documents)

    @property
    def documents(self) -> list[Any]:
        """What was reported."""
        return [
            document
            for told in self.service.told
            for document in told["SamplingStatisticsDocuments"]
        ]


@pytest.fixture
def scene() -> Scene:
    """Return a sampler that nobody but the test has time for."""
    gc.collect()
    return Scene()


def test_rules_come_after_the_first_invocation(scene: Scene) -> None:
    """In front of the handler nothing is asked, and no thread is ever started."""
    scene.rule()
    assert (0, []) == (scene.asked, threads())
    steps.poll_due(1)

    assert (1, "all") == (scene.asked, scene.rule())


def test_statistics_come_after_the_second(scene: Scene) -> None:
    """One question an invocation; then every ten seconds, however many invocations those have."""
    assert [None, "all", "all"] == [scene.invocation() for _ in range(3)]
    assert (1, 1, 1) == (scene.asked, len(scene.service.told), scene.reported)
    for _ in range(7):
        scene.invocation()
    assert 1 == len(scene.service.told)
    scene.invocation(3)
    assert (2, 10) == (len(scene.service.told), scene.reported)


def test_nothing_is_polled_before_a_decision(scene: Scene) -> None:
    """A function whose callers decide never asks."""
    steps.poll_due(1)

    assert 0 == scene.asked


def test_without_time_nothing_is_begun(scene: Scene) -> None:
    """The next invocation may have more; what is begun has a limit."""
    scene.rule()
    steps.poll_due(LEAST_SECONDS / 2)
    assert 0 == scene.asked
    steps.poll_due(0.4)
    assert (1, 0.4) == (scene.asked, scene.service.timeout)


def test_after_a_long_freeze_local_rules_decide_once(scene: Scene) -> None:
    """Rules that are older than an hour are fetched behind the next invocation."""
    scene.invocation()
    scene.invocation()
    assert [None, "all"] == [scene.invocation(2 * HOUR), scene.invocation()]


@pytest.mark.parametrize("step", [-2 * HOUR, -HOUR, -1, 2 * HOUR])
def test_a_clock_that_is_set_stops_nothing(scene: Scene, step: float) -> None:
    """Whichever way: rules stay or come soon, and reports go on."""
    for _ in range(3):
        scene.invocation()
    scene.now += step
    before = scene.reported
    for _ in range(15):
        scene.invocation()

    assert "all" == scene.rule()
    assert scene.reported > before
    assert scene.asked <= 2


def test_a_failure_is_one_warning(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Until it goes well again; local rules decide meanwhile."""
    scene.service.answer = OSError("no way")
    scene.service.get_sampling_rules = scene.service.get_sampling_targets  # type: ignore[method-assign,assignment]  # fails
    for _ in range(4):
        assert scene.invocation(400) is None

    warnings = [one for one in caplog.records if one.levelname == "WARNING"]
    assert ["X-Ray's sampling rules could not be polled: no way"] == [
        one.getMessage() for one in warnings
    ]


def test_a_sampler_that_is_dropped_is_forgotten() -> None:
    """Nobody polls for it."""
    scenes = [Scene()]
    scenes[0].rule()
    told = scenes[0].service
    scenes.clear()
    gc.collect()
    steps.poll_due(1)

    assert [] == told.told


def test_a_copy_of_a_snapshot_begins_anew(scene: Scene) -> None:
    """With the rules, but as another client: it has no quota, and reports what it did itself."""
    for _ in range(2):
        scene.invocation()
    before = {document["ClientID"] for document in scene.documents}
    fork.renew()

    assert "all" == scene.invocation()
    scene.invocation()
    after = {document["ClientID"] for document in scene.documents} - before
    assert (1, 1) == (len(before), len(after))
    assert 2 == scene.asked
