from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from otel_xray.sampling import poller
from otel_xray.sampling.central import CentralRule, Target
from otel_xray.sampling.poller import RulePoller, TargetPoller
from otel_xray.sampling.rule import Request, Rule
from otel_xray.sampling.rule_cache import RuleCache
from otel_xray.sampling.service import Report

NOW = 1_000_000.5
REQUEST = Request(path="/")


def default() -> CentralRule:
    """Return the rule for every request."""
    return CentralRule(Rule("Default", 10000, 0, 1))


def eventually(happened: Callable[[], object], seconds: float = 5) -> None:
    """Wait until something has happened."""
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit
        time.sleep(0.005)


class Scene:
    """A cache with its pollers, over a service that is played by lists."""

    def __init__(self, interval: float = 300) -> None:
        self.cache = RuleCache()
        self.fetched: list[list[CentralRule] | Exception] = []
        self.answers: list[Report | Exception] = []
        self.asked = 0
        self.reported: list[list[str]] = []
        self.rules = RulePoller(self.cache, self.fetch, interval=interval, clock=lambda: NOW)
        self.targets = TargetPoller(self.cache, self.report, self.rules)

    def fetch(self) -> Sequence[CentralRule]:
        """Return or raise the next answer."""
        self.asked += 1
        answer = self.fetched.pop(0) if self.fetched else []
        if isinstance(answer, Exception):
            raise answer
        return answer

    def report(self, rules: Sequence[CentralRule]) -> Report:
        """Return or raise the next answer."""
        self.reported.append([rule.rule.name for rule in rules])
        answer = self.answers.pop(0) if self.answers else Report({}, 0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def polled(scene: Scene, *names: str) -> list[CentralRule]:
    """Return the rules after they were fetched, each of them asked once."""
    rules = [CentralRule(Rule(name, 1, 0, 1)) for name in names]
    scene.fetched.append(rules)
    scene.rules.step()
    for rule in rules:
        rule.decide(NOW)
    return rules


def test_rules_are_fetched_every_five_minutes() -> None:
    """A few seconds more, so that not all clients ask at the same time."""
    scene = Scene()
    scene.fetched.append([default()])

    waits = {scene.rules.step() for _ in range(20)}

    assert 0 == scene.rules.first_wait()
    assert all(300 <= wait < 305 for wait in waits)
    assert len(waits) > 1
    assert int(NOW) == scene.cache.last_updated
    assert scene.cache.match(REQUEST, NOW)


def test_no_rules_are_no_news() -> None:
    """An empty answer neither removes the rules nor makes them younger."""
    scene = Scene()
    polled(scene, "a")
    scene.cache.last_updated = 5
    scene.rules.step()

    assert (1, 5) == (len(scene.cache.rules), scene.cache.last_updated)


def test_statistics_are_told_every_ten_seconds() -> None:
    """Of rules that decided something, and of no others."""
    scene = Scene()
    rules = polled(scene, "a", "b")
    rules[1].statistics.take()

    assert all(10 <= scene.targets.step() < 10.1 for _ in range(2))
    assert [["a"], ["a"]] == scene.reported
    assert 10 <= scene.targets.first_wait() < 10.1


def test_nothing_to_tell_asks_nothing() -> None:
    """A process without requests does not bother X-Ray."""
    scene = Scene()
    scene.targets.step()

    assert [] == scene.reported


def test_xray_says_how_often_it_wants_to_hear() -> None:
    """The poller waits as long as the most frequent rule needs, and tells others less often."""
    scene = Scene()
    polled(scene, "often", "seldom")
    scene.answers.append(Report({"often": Target(interval=5), "seldom": Target(interval=20)}, 0))

    waits = [scene.targets.step() for _ in range(6)]

    assert all(5 <= wait < 5.1 for wait in waits)
    assert ["often", "seldom"] == scene.reported[0]
    assert ["often"] == scene.reported[1]
    assert 1 == sum("seldom" in names for names in scene.reported[1:])


def test_an_interval_of_nothing_is_a_second() -> None:
    """Whatever X-Ray says, it is not asked without pause."""
    scene = Scene()
    polled(scene, "a")
    scene.answers.append(Report({"a": Target(interval=0)}, 0))

    assert 1 <= scene.targets.step() < 1.1


@pytest.mark.parametrize(("modified", "fetched"), [(int(NOW), 1), (int(NOW) + 1, 2)])
def test_changed_rules_are_fetched_at_once(modified: int, fetched: int) -> None:
    """When they changed after they were fetched, nobody waits for five minutes."""
    scene = Scene()
    scene.fetched.append([default()])
    scene.rules.start()
    eventually(lambda: scene.cache.rules)
    scene.cache.rules[0].decide(NOW)
    scene.answers.append(Report({}, modified))
    scene.targets.step()
    if fetched > 1:
        eventually(lambda: scene.asked == fetched)
    time.sleep(0.02)

    assert fetched == scene.asked


def test_a_failure_is_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged when it begins, not each time; and again after it had gone well."""
    scene = Scene()
    scene.fetched += [OSError("no way"), OSError("still"), [default()], OSError("again")]
    with caplog.at_level(logging.INFO):
        waits = [scene.rules.step() for _ in range(4)]

    assert all(wait >= 300 for wait in waits)
    assert [
        "X-Ray's sampling rules could not be polled: no way",
        "X-Ray's sampling rules could not be polled: again",
    ] == caplog.messages
    assert {"WARNING"} == {record.levelname for record in caplog.records}


def test_a_failed_report_changes_nothing() -> None:
    """The rules go on with the quotas that they have."""
    scene = Scene()
    polled(scene, "a")
    scene.answers += [Report({"a": Target(quota=7)}, 0), OSError("no way")]
    scene.targets.step()
    scene.targets.step()

    assert 7 == scene.cache.rules[0].reservoir.quota


def test_a_thread_polls_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first poll comes at once; a failure does not end the thread, which is a daemon."""
    monkeypatch.setattr(poller, "RULES_JITTER", 0)
    scene = Scene(interval=0.01)
    scene.fetched += [OSError("no way"), [default()]]
    scene.rules.start()

    eventually(lambda: scene.asked > 4)
    (thread,) = threads()
    assert thread.daemon


def test_a_thread_ends_with_its_poller() -> None:
    """What nobody needs any more asks nobody any more, and does not wait for five minutes."""
    scenes = [Scene()]
    scenes[0].rules.start()
    eventually(lambda: scenes[0].asked)
    assert threads()

    scenes.clear()
    gc.collect()

    eventually(lambda: not threads())


def test_nothing_starts_by_itself() -> None:
    """Who makes pollers does not have threads yet."""
    Scene()

    assert [] == threads()


def threads() -> list[threading.Thread]:
    """Return the threads that poll."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("X-Ray sampling")]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Wait for the threads of a test to end with what they poll for."""
    yield
    gc.collect()
    eventually(lambda: not threads())
