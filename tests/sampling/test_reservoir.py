from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.sampling.reservoir import CentralReservoir, Decision, LocalReservoir

THREADS = 8


def in_threads(work: Callable[[], None]) -> None:
    """Do *work* in several threads at the same time."""
    barrier = Barrier(THREADS)

    def run() -> None:
        barrier.wait()
        work()

    threads = [Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@given(st.integers(0, 5), st.lists(st.floats(0, 2), max_size=60))
def test_a_local_reservoir_gives_its_size_in_each_second(size: int, steps: list[float]) -> None:
    """In any second as many as fit are let through, the first ones, and not one more."""
    reservoir = LocalReservoir(size)
    now = 1000.0
    asked: Counter[int] = Counter()
    for step in steps:
        now += step
        asked[int(now)] += 1
        assert (asked[int(now)] <= size) is reservoir.take(now)


@given(
    st.integers(0, 5),
    st.booleans(),
    st.lists(st.tuples(st.floats(0, 2), st.none() | st.integers(0, 5)), max_size=60),
)
def test_a_central_reservoir_gives_its_quota_or_borrows_one(
    ttl: int, can_borrow: bool, steps: list[tuple[float, int | None]]
) -> None:
    """In any second no more is taken than the highest quota of it, and at most one is borrowed."""
    reservoir = CentralReservoir()
    now = 1000.0
    quota, expires = -1, 0.0
    given_out: Counter[tuple[int, Decision]] = Counter()
    highest: Counter[int] = Counter()
    for step, loaded in steps:
        now += step
        if loaded is not None:
            quota, expires = loaded, now + ttl
            reservoir.load(loaded, expires, None)
        second, fresh = int(now), quota >= 0 and expires >= now
        if fresh:
            highest[second] = max(highest[second], quota)
        decision = reservoir.decide(now, can_borrow=can_borrow)
        given_out[second, decision] += 1
        assert decision is not Decision.TAKE or fresh
        assert decision is not Decision.BORROW or (can_borrow and not fresh)
    for (second, decision), number in given_out.items():
        assert decision is not Decision.TAKE or number <= highest[second]
        assert decision is not Decision.BORROW or number == 1


def test_a_quota_lasts_until_its_time() -> None:
    """The second of the end still has it; after that, one is borrowed."""
    reservoir = CentralReservoir()
    reservoir.load(2, 1001, 10)

    taken = [reservoir.decide(1001, can_borrow=True) for _ in range(3)]
    later = [reservoir.decide(1002, can_borrow=True) for _ in range(2)]

    assert [Decision.TAKE, Decision.TAKE, Decision.NO] == taken
    assert [Decision.BORROW, Decision.NO] == later


@pytest.mark.parametrize(
    ("quota", "expires"), [(None, None), (None, 2000), (5, None), (-1, 2000), (5, 999)]
)
def test_half_a_quota_is_none(quota: int | None, expires: int | None) -> None:
    """Without its number, its end, or the time for it, a quota is not used."""
    reservoir = CentralReservoir()
    reservoir.load(quota, expires, None)

    assert not reservoir.is_fresh(1000)
    assert Decision.BORROW is reservoir.decide(1000, can_borrow=True)
    assert Decision.NO is CentralReservoir().decide(1000, can_borrow=False)


def test_what_xray_does_not_say_stays() -> None:
    """An answer without quota, end or interval changes none of them."""
    reservoir = CentralReservoir()
    reservoir.load(3, 15, 20)
    reservoir.load(None, None, None)

    assert (3, 15, 20) == (reservoir.quota, reservoir.expires, reservoir.interval)


def test_a_quota_of_nothing_is_one() -> None:
    """X-Ray may want none at all; then nothing is borrowed either."""
    reservoir = CentralReservoir()
    reservoir.load(0, 2000, None)

    assert Decision.NO is reservoir.decide(1000, can_borrow=True)


def test_threads_share_a_second() -> None:
    """Eight threads that ask at once get the quota together, exactly."""
    local, central = LocalReservoir(100), CentralReservoir()
    central.load(50, 2000, None)
    decisions: list[object] = []

    def ask() -> None:
        for _ in range(200):
            decisions.append(local.take(1000.5))
            decisions.append(central.decide(1000, can_borrow=True))

    in_threads(ask)

    assert (100, 50) == (decisions.count(True), decisions.count(Decision.TAKE))


def test_threads_with_clocks_of_different_seconds_get_no_second_twice() -> None:
    """A thread that read the clock before the second ended does not bring that second back."""
    local, central = LocalReservoir(10), CentralReservoir()
    central.load(10, 5000, None)
    decisions: list[object] = []

    def ask() -> None:
        for turn in range(1000):
            decisions.append(local.take(1000 + turn % 3))
            decisions.append(central.decide(1000 + turn % 3, can_borrow=False))

    in_threads(ask)

    assert decisions.count(True) <= 30
    assert decisions.count(Decision.TAKE) <= 30


def test_a_clock_that_is_set_back_starts_anew() -> None:
    """An hour back is a new second, not an hour without any request."""
    reservoir = LocalReservoir(1)

    assert [True, False, True, False] == [
        reservoir.take(now) for now in (5000, 5000.9, 1400, 1400.5)
    ]


def test_a_rule_is_due_as_often_as_xray_wants() -> None:
    """Every ten seconds unless told otherwise; asked more often, it says when."""
    reservoir = CentralReservoir()
    as_usual = [reservoir.is_due() for _ in range(2)]
    reservoir.load(None, None, 25)
    seldom = [reservoir.is_due(10) for _ in range(6)]

    assert [True, True] == as_usual
    assert [False, False, True, False, False, True] == seldom
