"""
What is counted, and how.

Times on shared machines lie: start-up is counted in instructions, which repeat to a few
thousandths; operations are many, in CPU time of all threads, in interleaved runs. Where waiting
itself is the question, with and without take turns at each step.
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

from tests.benchmarks import invoking
from tests.benchmarks.contestants import Contestant
from tests.benchmarks.environments import Environment
from tests.benchmarks.failures import BenchmarkFailed
from tests.benchmarks.program import FOLDER, Program
from tests.benchmarks.sinks import Sinks
from tests.benchmarks.upstream import Upstream

VALGRIND = shutil.which("valgrind")
TIME_LIMIT = 600.0

_INSTRUCTIONS = re.compile(r"I\s+refs:\s+([\d,]+)")
_CACHEGRIND = ("--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_OPERATIONS = FOLDER / "operations.py"
_COUNTED_TIMES = (20, 120)  # the difference leaves out what only the first ones cost
_ZIPPED = FOLDER / "zipped.py"


class Metric(Enum):
    """A unit, as the table shows it."""

    INSTRUCTIONS = "million instructions"
    SERVED = "million instructions, served"
    CPU = "µs CPU per operation"
    COUNTED = "thousand instructions per operation"
    INVOCATION = "µs CPU per invocation"
    LATENCY = "µs per invocation"
    SIZE = "kB"

    @property
    def repeats(self) -> bool:
        """Whether one run tells all."""
        return self in {*_COUNTED, Metric.SIZE}


_COUNTED = frozenset({Metric.INSTRUCTIONS, Metric.SERVED, Metric.COUNTED})


def missing(metric: Metric) -> str | None:
    """Return why *metric* cannot be measured on this machine; None when it can."""
    if metric in _COUNTED and VALGRIND is None:
        return "not measured: valgrind is not installed"
    return None


@dataclass(frozen=True, slots=True)
class Bench:
    """
    Where programs run.

    Attributes:
        environments: of each contestant.
        sinks: where programs send to.
        upstream: whom they call.
    """

    environments: Mapping[Contestant, Environment]
    sinks: Sinks
    upstream: Upstream

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
                env=self.environ(program),
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

    def environ(self, program: Program) -> dict[str, str]:
        """Return all environment variables of *program*."""
        own = self.environments[program.contestant].variables
        return {**program.environ(self.sinks, self.upstream), **own}


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
    used, empty = (_instructions(bench, one, str(one.file)) for one in (program, baseline))
    return (used - empty) / 1e6


def _thousands_of_instructions(bench: Bench, program: Program) -> float:
    """Count what each further operation costs, traced, less what it costs untraced."""
    traced, untraced = (
        [
            _instructions(bench, program, str(_OPERATIONS), str(program.file), str(times), how)
            for times in _COUNTED_TIMES
        ]
        for how in ("traced", "untraced")
    )
    few, many = _COUNTED_TIMES
    return ((traced[1] - traced[0]) - (untraced[1] - untraced[0])) / (many - few) / 1e3


def _instructions(bench: Bench, program: Program, *arguments: str) -> int:
    bench.run(program, (), *arguments)  # once without counting: writes __pycache__
    return _counted(lambda before: bench.run(program, before, *arguments))


def _served_millions(bench: Bench, program: Program) -> float:
    used, empty = map(_served_instructions, _runtimes(bench, program))
    return (used - empty) / 1e6


def _served_instructions(runtime: invoking.Runtime) -> int:
    invoking.serve_one(runtime)  # once without counting, as above
    return _counted(lambda before: invoking.serve_one(replace(runtime, before=before)))


def _counted(run: Callable[[tuple[str, ...]], object]) -> int:
    """Return the instructions of the process that *run* starts, with the words before its own."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        run((str(VALGRIND), *_CACHEGRIND, f"--log-file={log}"))
        return instructions_in(log.read_text(encoding="utf-8"))


def _microseconds(bench: Bench, program: Program) -> float:
    return float(bench.run(program, (), str(_OPERATIONS), str(program.file)))


def _runtimes(bench: Bench, program: Program) -> tuple[invoking.Runtime, invoking.Runtime]:
    """Return the process that serves invocations, with tracing and without."""
    traced = invoking.Runtime(
        bench.environments[program.contestant].python,
        program.file,
        bench.environ(program),
        program.task_root,
    )
    return traced, replace(traced, file=program.baseline)


def _added(bench: Bench, program: Program) -> invoking.Cost:
    return invoking.added(*_runtimes(bench, program))


def _kilobytes(bench: Bench, program: Program) -> float:
    return int(bench.run(program, (), str(_ZIPPED), str(program.file))) / 1e3


_MEASURES: Mapping[Metric, Callable[[Bench, Program], float]] = {
    Metric.INSTRUCTIONS: _millions_of_instructions,
    Metric.SERVED: _served_millions,
    Metric.COUNTED: _thousands_of_instructions,
    Metric.CPU: _microseconds,
    Metric.INVOCATION: lambda bench, program: _added(bench, program).cpu,
    Metric.LATENCY: lambda bench, program: _added(bench, program).latency,
    Metric.SIZE: _kilobytes,
}
