"""Every golden program sends and prints the same under the X-Ray SDK and under the alias."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pytest

from otel_xray.compat.verify import comparison, differences, normal, report, sides
from otel_xray.compat.verify.sides import Outcome, Side
from tests.conftest import OURS

PROGRAMS = {
    path.stem: path
    for path in sorted((Path(__file__).parent / "programs").glob("*.py"))
    if not path.stem.startswith("_")
}
REFERENCE = Path(__file__).parents[3] / "docs/reference/x-ray-sdk-differences.md"
PATIENCE = 120.0

Runs: TypeAlias = dict[tuple[str, Side], Future[Outcome]]


def declared(program: str, what: str) -> set[str]:
    """Return the numbers in a line of the program's docstring."""
    text = ast.get_docstring(ast.parse(PROGRAMS[program].read_text())) or ""
    line = re.search(rf"^{what}: (.*)$", text, re.MULTILINE)
    return set(line[1].split(", ")) if line else set()


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Runs]:
    """Start both runs of every program that a selected test asks for, as many as there are CPUs."""
    wanted = [
        str(item.callspec.params["program"])
        for item in request.session.items
        if item.path == request.path
        and isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
    ]
    # Programs are measured by other tests; here the tool would double the time.
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith((*OURS, "COVERAGE", "COV_"))
    }
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as executor:
        yield {
            (name, side): executor.submit(sides.run, side, [str(PROGRAMS[name])], environ, PATIENCE)
            for name in wanted
            for side in Side
        }
        executor.shutdown(cancel_futures=True)


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_it_is_the_same_under_both(runs: Runs, program: str) -> None:
    """Segments, output and exit code are equal, but for the differences that the program names."""
    original = runs[program, Side.ORIGINAL].result()
    alias = runs[program, Side.ALIAS].result()
    changes = comparison.compare(original.forest, alias.forest)
    shown = "\n".join(report.lines(original.forest, alias.forest, changes))
    numbers = {differences.number_of(one) for one in changes}

    assert declared(program, "Differences") == numbers, shown
    assert (0, 0) == (original.code, alias.code), alias.stderr
    said = [normal.text(outcome.stdout) for outcome in (original, alias)]
    if declared(program, "Printed"):
        assert said[0] != said[1]
    else:
        assert said[0] == said[1]


def test_programs_name_what_the_reference_lists() -> None:
    """The reference names a program for each number that one names, and another test for others."""
    entries = re.split(r"^## (?=X\d+\.)", REFERENCE.read_text(), flags=re.MULTILINE)[1:]
    listed = {one.partition(".")[0] for one in entries if "`tests/compat/golden/programs/" in one}
    named = {
        number
        for program in PROGRAMS
        for what in ("Differences", "Printed")
        for number in declared(program, what)
    }

    assert len(PROGRAMS) >= 45
    assert listed == named
