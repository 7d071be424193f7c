from __future__ import annotations

from otel_xray.sampling.statistics import Counts, Statistics
from tests.sampling.test_reservoir import THREADS, in_threads


def test_taking_begins_anew() -> None:
    """What was told is not told again; what is added later is."""
    statistics = Statistics()
    statistics.add(2, 1, 1)

    assert Counts(2, 1, 1) == statistics.counts
    assert Counts(2, 1, 1) == statistics.take()
    assert Counts() == statistics.take()


def test_nothing_is_lost_or_counted_twice_between_threads() -> None:
    """Reports that are taken while others count add up to exactly what was counted."""
    statistics = Statistics()
    taken: list[Counts] = []

    def count() -> None:
        for _ in range(500):
            statistics.add(1, 1, 0)
            taken.append(statistics.take())
            statistics.add(1, 0, 1)

    in_threads(count)
    taken.append(statistics.take())

    total = Counts(*map(sum, zip(*taken, strict=True)))
    assert Counts(1000 * THREADS, 500 * THREADS, 500 * THREADS) == total
    assert all(counts.requests == counts.borrowed + counts.sampled for counts in taken)
