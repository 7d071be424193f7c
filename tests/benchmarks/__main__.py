"""``python -m tests.benchmarks [row…]``: measure and print."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from tests.benchmarks import collector, report, rounds
from tests.benchmarks.collector import Find
from tests.benchmarks.contestants import COLLECTOR, INSTALLED, OURS, Contestant
from tests.benchmarks.environments import Environment, prepare
from tests.benchmarks.failures import BenchmarkFailed
from tests.benchmarks.metrics import Bench
from tests.benchmarks.program import Program
from tests.benchmarks.rows import ROWS, Row
from tests.benchmarks.sinks import Sinks
from tests.benchmarks.upstream import Upstream
from tests.segments.collector.process import find_binary

# Returns the environment of a contestant; raises BenchmarkFailed when it cannot be made.
Make: TypeAlias = Callable[[Contestant], Environment]

ROUNDS = 7
_BY_NAME = {row.name: row for row in ROWS}
EXIT_FAILURE = 1


def main(
    arguments: Sequence[str] | None = None, make: Make = prepare, find: Find = find_binary
) -> int:
    """
    Run the command line, and return the exit code.

    Args:
        arguments: the words after the command; None takes those of this process.
        make: makes the environments of Python packages.
        find: finds the collector.
    """
    options = _parser().parse_args(arguments)
    rows = options.row or list(ROWS)
    try:
        environments = _environments(rows, make, find)
        sys.stdout.write(_run(rows, options.rounds, options.json, environments))
    except BenchmarkFailed as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_FAILURE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("row", nargs="*", type=_row, help=f"only these: {', '.join(_BY_NAME)}")
    parser.add_argument("--rounds", type=_positive, default=ROUNDS, help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser


def _row(name: str) -> Row:
    if name not in _BY_NAME:
        msg = f"there is no row {name!r}; choose from {', '.join(_BY_NAME)}"
        raise argparse.ArgumentTypeError(msg)
    return _BY_NAME[name]


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        msg = f"{text!r} is not a number of rounds; write 1 or more"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _environments(rows: Sequence[Row], make: Make, find: Find) -> Mapping[Contestant, Environment]:
    wanted = {one for row in rows for one in row.contestants}
    made = {one: make(one) for one in INSTALLED if one in wanted}
    if COLLECTOR in wanted:
        made[COLLECTOR] = collector.environment(made[OURS], find)
    return made


def _run(
    rows: Sequence[Row],
    number: int,
    file: Path | None,
    environments: Mapping[Contestant, Environment],
) -> str:
    unable = {one: found.missing for one, found in environments.items() if found.missing}
    versions = {one: environment.version for one, environment in environments.items()}
    facts = report.Facts.of_this_machine(versions, number)
    with closing(Sinks()) as sinks, closing(Upstream()) as upstream:
        bench = Bench(environments, sinks, upstream)

        def once(row: Row, program: Program) -> float:
            _show_progress(f"{row.name}: {program.contestant.title}")
            return bench.measure(program, row.metric, sends=row.sends)

        results = rounds.measure(rows, number, once, unable=unable)
    _show_progress("")
    if file is not None:
        file.write_text(json.dumps(report.to_json(results, facts), indent=2), encoding="utf-8")
    return report.to_text(results, facts)


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
