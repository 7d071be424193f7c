"""Rows measured in interleaved rounds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from tests.benchmarks.contestants import OURS, Contestant
from tests.benchmarks.metrics import Metric, missing
from tests.benchmarks.program import Program
from tests.benchmarks.rows import Row

# Runs the program once as the row says; returns its cost in the row's unit.
Once: TypeAlias = Callable[[Row, Program], float]
# Contestants that cannot run on this machine, with the reason.
Unable: TypeAlias = Mapping[Contestant, str]

NOBODY: Unable = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Result:
    """
    A row with what was measured.

    Attributes:
        row: which one.
        samples: of each contestant, one a round, in the unit of the row's metric.
        missing: why there are none.
        unable: who has none, and why.
    """

    row: Row
    samples: Mapping[Contestant, Sequence[float]]
    missing: str | None = None
    unable: Unable = field(default_factory=dict[Contestant, str])

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
    unable: Unable = NOBODY,
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
        unable: whose programs do not run.
    """
    samples: dict[tuple[Metric, Program], list[float]] = {}
    for number in range(rounds):
        for key, row in _turns(rows, number, lacking, unable):
            samples.setdefault(key, []).append(once(row, key[1]))
    return [Result(row, _of(row, samples), lacking(row.metric), unable) for row in rows]


def _turns(
    rows: Iterable[Row],
    number: int,
    lacking: Callable[[Metric], str | None],
    unable: Unable,
) -> Iterable[tuple[tuple[Metric, Program], Row]]:
    due = [
        row for row in rows if not lacking(row.metric) and (number == 0 or not row.metric.repeats)
    ]
    return {
        (row.metric, program): row
        for row in due
        for program in row.programs()
        if program.contestant not in unable
    }.items()


def _of(
    row: Row, samples: Mapping[tuple[Metric, Program], Sequence[float]]
) -> Mapping[Contestant, Sequence[float]]:
    return {
        program.contestant: samples[row.metric, program]
        for program in row.programs()
        if (row.metric, program) in samples
    }
