"""Rows measured in interleaved rounds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.benchmarks.contestants import OURS, Contestant
from tests.benchmarks.metrics import Metric, missing
from tests.benchmarks.program import Program
from tests.benchmarks.rows import Row

# Runs the program once as the row says; returns its cost in the row's unit.
Once: TypeAlias = Callable[[Row, Program], float]


@dataclass(frozen=True, slots=True)
class Result:
    """
    A row with what was measured.

    Attributes:
        row: which one.
        samples: of each contestant, one a round, in the unit of the row's metric.
        missing: why there are none.
    """

    row: Row
    samples: Mapping[Contestant, Sequence[float]]
    missing: str | None = None

    def median(self, contestant: Contestant) -> float:
        """Return the middle of the samples of *contestant*."""
        return statistics.median(self.samples[contestant])

    def ratio(self, peer: Contestant) -> float:
        """Return our cost divided by that of *peer*: below 1, we are cheaper."""
        return self.median(OURS) / self.median(peer)


def measure(
    rows: Sequence[Row],
    rounds: int,
    once: Once,
    lacking: Callable[[Metric], str | None] = missing,
) -> list[Result]:
    """
    Measure *rows*.

    In each round every program has its turn, so that a busy minute of the machine falls on
    everybody. A program that several rows share runs once a round. What repeats runs once.

    Args:
        rows: to measure.
        rounds: how many.
        once: runs a program.
        lacking: why a metric cannot be measured here, if so.
    """
    samples: dict[tuple[Metric, Program], list[float]] = {}
    for number in range(rounds):
        for key, row in _turns(rows, number, lacking):
            samples.setdefault(key, []).append(once(row, key[1]))
    return [_result(row, samples, lacking(row.metric)) for row in rows]


def _turns(
    rows: Iterable[Row], number: int, lacking: Callable[[Metric], str | None]
) -> Iterable[tuple[tuple[Metric, Program], Row]]:
    due = [
        row for row in rows if not lacking(row.metric) and (number == 0 or not row.metric.repeats)
    ]
    return {(row.metric, program): row for row in due for program in row.programs()}.items()


def _result(
    row: Row, samples: Mapping[tuple[Metric, Program], list[float]], reason: str | None
) -> Result:
    if reason:
        return Result(row, {}, reason)
    return Result(
        row, {program.contestant: samples[row.metric, program] for program in row.programs()}
    )
