"""
What is counted, and how.

Times on shared machines lie: start-up is counted in instructions, which repeat to a few
thousandths; operations are many, in CPU time of all threads, in interleaved runs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from tests.benchmarks.contestants import Contestant
from tests.benchmarks.environments import Environment
from tests.benchmarks.failures import BenchmarkFailed
from tests.benchmarks.program import FOLDER, Program
from tests.benchmarks.sinks import Sinks

VALGRIND = shutil.which("valgrind")
TIME_LIMIT = 600.0

_INSTRUCTIONS = re.compile(r"I\s+refs:\s+([\d,]+)")
_CACHEGRIND = ("--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_OPERATIONS = FOLDER / "operations.py"


class Metric(Enum):
    """A unit, as the table shows it."""

    INSTRUCTIONS = "million instructions"
    CPU = "µs CPU per operation"

    @property
    def repeats(self) -> bool:
        """Whether one run tells all."""
        return self is Metric.INSTRUCTIONS


def missing(metric: Metric) -> str | None:
    """Return why *metric* cannot be measured on this machine; None when it can."""
    if metric is Metric.INSTRUCTIONS and VALGRIND is None:
        return "not measured: valgrind is not installed"
    return None


@dataclass(frozen=True, slots=True)
class Bench:
    """
    Where programs run.

    Attributes:
        environments: of each contestant.
        sinks: where programs send to.
    """

    environments: Mapping[Contestant, Environment]
    sinks: Sinks

    def measure(self, program: Program, metric: Metric, *, sends: bool) -> float:
        """
        Run *program* once, and return what it costs in the unit of *metric*.

        Args:
            program: what runs.
            metric: what is counted.
            sends: something must have arrived at the end.

        Raises:
            BenchmarkFailed: it failed, wrote to its standard error, or sent nothing.
        """
        self.sinks.take()
        cost = _MEASURES[metric](self, program)
        if sends and not self.sinks.take():
            raise BenchmarkFailed(str(program.file), "it sent nothing")
        return cost

    def run(self, program: Program, before: tuple[str, ...], *arguments: str) -> str:
        """Run the interpreter of *program*, with the words *before* it, on *arguments*."""
        environment = self.environments[program.contestant]
        try:
            done = subprocess.run(
                [*before, str(environment.python), *arguments],
                env={**program.environ(self.sinks), **environment.variables},
                cwd=FOLDER,
                capture_output=True,
                text=True,
                check=False,
                timeout=TIME_LIMIT,
            )
        except subprocess.TimeoutExpired:
            raise BenchmarkFailed(str(program.file), f"it ran longer than {TIME_LIMIT} s") from None
        if done.returncode or done.stderr:  # lost spans are reported on standard error
            raise BenchmarkFailed(str(program.file), done.stderr)
        return done.stdout


def instructions_in(log: str) -> int:
    """
    Read the count out of cachegrind's *log*.

    Raises:
        BenchmarkFailed: there is none.
    """
    found = _INSTRUCTIONS.search(log)
    if found is None:
        raise BenchmarkFailed(str(VALGRIND), log)
    return int(found[1].replace(",", ""))


def _millions_of_instructions(bench: Bench, program: Program) -> float:
    baseline = replace(program, file=program.baseline)
    return (_instructions(bench, program) - _instructions(bench, baseline)) / 1e6


def _instructions(bench: Bench, program: Program) -> int:
    bench.run(program, (), str(program.file))  # once without counting: writes __pycache__
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        counted = (str(VALGRIND), *_CACHEGRIND, f"--log-file={log}")
        bench.run(program, counted, str(program.file))
        return instructions_in(log.read_text(encoding="utf-8"))


def _microseconds(bench: Bench, program: Program) -> float:
    return float(bench.run(program, (), str(_OPERATIONS), str(program.file)))


_MEASURES: Mapping[Metric, Callable[[Bench, Program], float]] = {
    Metric.INSTRUCTIONS: _millions_of_instructions,
    Metric.CPU: _microseconds,
}
