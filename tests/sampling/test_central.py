from __future__ import annotations

import pytest

from otel_xray.sampling.central import CentralRule, Target
from otel_xray.sampling.rule import Rule
from otel_xray.sampling.statistics import Counts
from tests.sampling.test_reservoir import THREADS, in_threads


def central(rate: float = 0, size: float = 1) -> CentralRule:
    """Return a rule that borrows, and then goes by chance."""
    return CentralRule(Rule("r", 1, rate, size))


def test_without_a_quota_one_a_second_is_borrowed() -> None:
    """Borrowed requests are counted as such, and not as sampled."""
    rule = central()

    assert [True, False, False, True] == [rule.decide(now) for now in (1000, 1000, 1000, 1001)]
    assert Counts(4, 2, 0) == rule.statistics.take()


def test_a_rule_without_a_reservoir_borrows_nothing() -> None:
    """There is nothing to borrow from."""
    rule = central(size=0)

    assert not rule.decide(1000)
    assert Counts(1, 0, 0) == rule.statistics.take()


def test_with_a_quota_it_is_taken() -> None:
    """What X-Ray aims at replaces borrowing, quota and rate at once."""
    rule = central(rate=1)
    rule.aim(Target(rate=0, quota=2, expires=2000, interval=20))

    assert [True, True, False] == [rule.decide(1000) for _ in range(3)]
    assert Counts(3, 0, 2) == rule.statistics.take()
    assert 20 == rule.reservoir.interval


@pytest.mark.parametrize(("drawn", "recorded"), [(0.0, True), (0.29, True), (0.3, False)])
def test_beyond_the_quota_the_rate_decides(drawn: float, recorded: bool) -> None:
    """Chance below the rate is sampled, and counted as such."""
    rule = central(rate=0.3, size=0)

    assert recorded is rule.decide(1000, lambda: drawn)
    assert Counts(1, 0, int(recorded)) == rule.statistics.take()


def test_an_answer_without_a_rate_leaves_it() -> None:
    """What X-Ray does not say stays."""
    rule = central(rate=1, size=0)
    rule.aim(Target())

    assert rule.decide(1000)


def test_a_newer_description_goes_on_with_the_same_state() -> None:
    """Decisions that the older one still makes are counted, and use the same quota."""
    old, new = central(), central(rate=1)
    old.aim(Target(quota=2, expires=2000))
    assert old.decide(1000)

    new.continue_from(old)
    assert old.decide(1000)

    assert Counts(2, 0, 2) == new.statistics.take()
    assert not old.decide(1000)
    assert new.decide(1000)  # by its own rate


def test_restarting_forgets_quota_statistics_and_rate() -> None:
    """A forked process reports what it does itself, and is given a quota of its own."""
    rule = central()
    rule.aim(Target(rate=1, quota=5, expires=2000))
    rule.decide(1000)
    rule.restart()

    assert Counts() == rule.statistics.counts
    assert None is rule.reservoir.quota
    assert [True, False] == [rule.decide(1000) for _ in range(2)]


def test_statistics_are_exact_under_threads() -> None:
    """Requests, borrowed and sampled add up to what the callers saw, while reports are taken."""
    rule = central()
    rule.aim(Target(quota=20, expires=1002))
    decisions: list[bool] = []
    reports: list[Counts] = []

    def ask() -> None:
        for turn in range(400):
            decisions.append(rule.decide(1000 + turn // 100))
            if turn % 50 == 0:
                reports.append(rule.statistics.take())

    in_threads(ask)
    reports.append(rule.statistics.take())

    requests, borrowed, sampled = map(sum, zip(*reports, strict=True))
    assert 400 * THREADS == requests == len(decisions)
    assert decisions.count(True) == borrowed + sampled
    assert borrowed <= 1  # in the only second without a quota
    assert sampled <= 3 * 20
