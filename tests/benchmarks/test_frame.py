from __future__ import annotations

import json
import os
import re
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import collector, environments, report, rounds
from tests.benchmarks.contestants import (
    CHECKOUT,
    COLLECTOR,
    EVERYBODY,
    INSTALLED,
    OTEL_SDK,
    OURS,
    PEERS,
    POWERTOOLS,
    XRAY_SDK,
    Contestant,
)
from tests.benchmarks.environments import Environment
from tests.benchmarks.failures import BenchmarkFailed
from tests.benchmarks.metrics import Bench, Metric, instructions_in, missing
from tests.benchmarks.program import NOTHING, Program, Wire
from tests.benchmarks.rows import ROWS, Row
from tests.benchmarks.sinks import Sinks
from tests.segments.collector.process import find_binary

CPU = next(row for row in ROWS if row.metric is Metric.CPU)
ENCODE = next(row for row in ROWS if row.name == "encode")
COUNTED = next(row for row in ROWS if row.metric is Metric.INSTRUCTIONS)
FACTS = report.Facts(dict.fromkeys(EVERYBODY, "1.2.3"), 3, "CPython 3.11.7", 2, 0.25)


def available(_metric: Metric) -> str | None:
    """Say that everything can be measured."""
    return None


def nowhere() -> tuple[str, str]:
    """Find no collector."""
    return "", "No Go here."


def cost(_row: Row, program: Program) -> float:
    """Pretend that we cost 30 and each peer 100."""
    return 30.0 if program.contestant is OURS else 100.0


def program(folder: Path, source: str) -> Program:
    """Return a program of ours with its *source* in *folder*."""
    file = folder / "program.py"
    file.write_text(source, encoding="utf-8")
    return Program(OURS, file, Wire.UDP, in_lambda=False)


class Diary:
    """Keeps the commands that would make an environment, and answers them."""

    def __init__(self, packages: Path) -> None:
        self.packages = packages
        self.commands: list[list[str]] = []

    def run(self, words: list[str]) -> str:
        """Write the command down and answer it."""
        self.commands.append(words)
        if "venv" in words:
            Path(words[-1]).mkdir(parents=True)
        return f"{self.packages}\n" if "sysconfig" in words[-1] else "1.2.3\n"


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    """Listen for what programs send."""
    with closing(Sinks()) as listening:
        yield listening


@pytest.fixture
def bench(sinks: Sinks) -> Bench:
    """Run programs with this interpreter instead of those of the contestants."""
    return Bench(dict.fromkeys(EVERYBODY, Environment(Path(sys.executable), "0")), sinks)


# --- what is compared ---------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_everybody_has_a_program_in_every_row(row: Row) -> None:
    """Each row has a program of each contestant that is not declared absent, and no other."""
    there = [row.program(contestant).file.is_file() for contestant in EVERYBODY]

    assert there == [contestant not in row.absent for contestant in EVERYBODY]


def test_names_of_rows_are_unique() -> None:
    """A name chooses one row."""
    assert len(ROWS) == len({row.name for row in ROWS})


def test_only_our_programs_know_two_wires() -> None:
    """Two rows of one task share the programs of the peers, and differ in ours."""
    udp, otlp = (row for row in ROWS if row.task == "request")

    assert udp.programs()[1:] == otlp.programs()[1:]
    assert (udp.program(OURS).wire, otlp.program(OURS).wire) == (Wire.UDP, Wire.OTLP)
    assert otlp.program(OTEL_SDK).wire is Wire.OTLP
    assert otlp.program(XRAY_SDK).wire is Wire.UDP


def test_our_requirements_are_those_of_the_package() -> None:
    """The environment of ours has the run-time dependencies of pyproject.toml, and libraries."""
    project = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r"^dependencies = \[(.*?)\]", project, re.DOTALL | re.MULTILINE)
    assert found

    named = re.findall(r'"([a-z0-9-]+)', found[1])

    lines = OURS.requirements.read_text(encoding="utf-8").splitlines()[1:]
    assert [*named, "boto3", "requests"] == lines


def test_a_task_may_have_a_baseline_of_its_own() -> None:
    """Its cost is taken off instead of an empty program's."""
    libraries = next(row for row in ROWS if row.name == "libraries").program(OURS)

    assert "baseline.py" == libraries.baseline.name
    assert NOTHING == Program(OURS, NOTHING, Wire.UDP, in_lambda=True).baseline


@pytest.mark.parametrize("contestant", INSTALLED, ids=lambda contestant: contestant.key)
def test_every_requirement_is_pinned(contestant: Contestant) -> None:
    """What a list leaves open is pinned by constraints.txt, and neither names an index."""
    constraints = (CHECKOUT / "constraints.txt").read_text(encoding="utf-8")
    lines = contestant.requirements.read_text(encoding="utf-8").splitlines()[1:]

    unpinned = [line for line in lines if "==" not in line and f"\n{line}==" not in constraints]

    assert unpinned == []
    assert not any(line.startswith("-") or "://" in line for line in lines)


def test_the_environment_of_a_program_is_its_own(sinks: Sinks) -> None:
    """A program sees the variables of its surroundings and none of the caller's."""
    function = Program(OURS, NOTHING, Wire.UDP, in_lambda=True).environ(sinks)
    server = Program(OURS, NOTHING, Wire.OTLP, in_lambda=False).environ(sinks)

    assert function["LAMBDA_TASK_ROOT"] == "/var/task"
    assert function["OTEL_TRACES_EXPORTER"] == "xray"
    assert function["AWS_XRAY_DAEMON_ADDRESS"] == sinks.daemon_address
    assert server["OTEL_EXPORTER_OTLP_ENDPOINT"] == sinks.otlp_endpoint
    assert {"LAMBDA_TASK_ROOT", "HOME"}.isdisjoint(server)


# --- environments -------------------------------------------------------------------------------


def test_an_environment_is_made_once(tmp_path: Path) -> None:
    """The second request for an environment runs nothing and knows the version."""
    diary = Diary(tmp_path)

    made = environments.prepare(XRAY_SDK, tmp_path / "cache", diary.run)
    commands = len(diary.commands)
    found = environments.prepare(XRAY_SDK, tmp_path / "cache", diary.run)

    assert made == found
    assert made.version == "1.2.3"
    assert len(diary.commands) == commands
    assert not (tmp_path / "checkout.pth").exists()


def test_an_environment_is_installed_from_pinned_lists(tmp_path: Path) -> None:
    """Pip gets the contestant's list and the project's constraints."""
    diary = Diary(tmp_path)

    environments.prepare(POWERTOOLS, tmp_path / "cache", diary.run)

    (install,) = (words for words in diary.commands if "install" in words)
    assert str(POWERTOOLS.requirements) in install
    assert str(CHECKOUT / "constraints.txt") in install


def test_ours_comes_from_the_checkout(tmp_path: Path) -> None:
    """The environment of ours puts the checkout on the path; nothing has to be built."""
    environments.prepare(OURS, tmp_path / "cache", Diary(tmp_path).run)

    assert (tmp_path / "checkout.pth").read_text(encoding="utf-8") == f"{CHECKOUT}\n"


def test_environments_have_different_names() -> None:
    """Each contestant has an environment of its own."""
    assert len(INSTALLED) == len({environments.key_of(one) for one in INSTALLED})


def test_a_failed_command_says_what_it_said() -> None:
    """The error of a command that fails carries its standard error."""
    with pytest.raises(BenchmarkFailed, match="no such pin"):
        environments.run_command([sys.executable, "-c", "import sys; sys.exit('no such pin')"])


# --- the collector ------------------------------------------------------------------------------


def test_the_collector_runs_beside_ours(tmp_path: Path) -> None:
    """Its programs run in our interpreter, know where it is, and its own version is reported."""
    binary = tmp_path / "otelcol"
    binary.write_text("#!/bin/sh\necho otelcol-small version 0.156.0\n", encoding="utf-8")
    binary.chmod(0o755)

    found = collector.environment(
        Environment(tmp_path / "python", "1.2.3"), lambda: (str(binary), "")
    )

    assert found == Environment(
        tmp_path / "python", "0.156.0", {"OTEL_XRAY_COLLECTOR": str(binary)}
    )


def test_a_collector_that_is_not_built_is_missing() -> None:
    """Without the binary nothing is built or run, and the reason names the remedy."""
    found = collector.environment(Environment(Path("python"), "1.2.3"), nowhere)

    assert (found.version, found.missing) == ("not built", "not built: make collector")


@pytest.fixture
def built() -> str:
    """Find the collector; without one skip, or fail where OTEL_XRAY_REQUIRE asks for it."""
    found, reason = find_binary()
    if not found:
        if "collector" in os.environ.get("OTEL_XRAY_REQUIRE", "").split(","):
            pytest.fail(f"OTEL_XRAY_REQUIRE asks for the collector: {reason}")
        pytest.skip(reason)
    return found


@pytest.mark.slow
def test_the_collector_translates_what_it_is_sent(built: str, sinks: Sinks) -> None:
    """Every span of every batch comes out as a document, or the program would have failed."""
    variables = {"OTEL_XRAY_COLLECTOR": built, "PYTHONPATH": str(CHECKOUT)}
    here = Environment(Path(sys.executable), "0", variables)

    measured = Bench({COLLECTOR: here}, sinks).measure(
        ENCODE.program(COLLECTOR), ENCODE.metric, sends=ENCODE.sends
    )

    assert 1 < measured < 1e4


# --- sinks --------------------------------------------------------------------------------------


def test_sinks_count_what_arrives(sinks: Sinks) -> None:
    """Datagrams and OTLP requests are counted together, and forgotten once they are taken."""
    host, port = sinks.daemon_address.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"{}", (host, int(port)))
        sender.sendto(b"{}", (host, int(port)))
    urllib.request.urlopen(f"{sinks.otlp_endpoint}/v1/traces", data=b"spans").close()

    assert [sinks.take(), sinks.take()] == [3, 0]


# --- metrics ------------------------------------------------------------------------------------


def test_instructions_are_read_from_the_log() -> None:
    """Cachegrind's total is found whatever version wrote it."""
    assert instructions_in("==1== I   refs:      29,452,112\n") == 29_452_112
    assert instructions_in("==1== I refs: 7\n") == 7


def test_a_log_without_a_count_is_a_failure() -> None:
    """What valgrind says instead of a count is shown."""
    with pytest.raises(BenchmarkFailed, match="cannot execute"):
        instructions_in("==1== cannot execute")


def test_cpu_is_measured_on_any_machine() -> None:
    """CPU time needs no tool."""
    assert missing(Metric.CPU) is None


def test_a_program_is_measured_in_its_interpreter(bench: Bench, tmp_path: Path) -> None:
    """Operations that cost something have a positive CPU time in microseconds."""
    summing = program(
        tmp_path, "def operation() -> None: sum(range(100))\ndef flush() -> None: pass\n"
    )

    measured = bench.measure(summing, Metric.CPU, sends=False)

    assert 0 < measured < 1e6


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise SystemExit('broken')", "broken"),
        ("import sys; sys.stderr.write('2 spans were not sent')", "2 spans were not sent"),
    ],
)
def test_a_program_that_complains_has_failed(
    bench: Bench, tmp_path: Path, source: str, reason: str
) -> None:
    """An exit code and words on standard error both fail the benchmark, and are shown."""
    complaining = program(tmp_path, source)

    with pytest.raises(BenchmarkFailed, match=reason):
        bench.run(complaining, (), str(complaining.file))


def test_a_program_that_should_send_must_send(bench: Bench, tmp_path: Path) -> None:
    """A program whose messages never arrive has failed, however fast it was."""
    silent = program(tmp_path, "def operation() -> None: pass\nflush = operation\n")

    with pytest.raises(BenchmarkFailed, match="it sent nothing"):
        bench.measure(silent, Metric.CPU, sends=True)


def test_a_program_may_measure_another_process(bench: Bench, tmp_path: Path) -> None:
    """Its own clock counts, and what it started has ended when the measurement is printed."""
    source = """
from contextlib import ExitStack
from itertools import count
from pathlib import Path
running = ExitStack()
running.callback(Path("{file}").write_text, "ended")
cpu_time = count(1).__next__
def operation() -> None: pass
def flush() -> None: pass
"""
    file = tmp_path / "ended"

    measured = bench.measure(program(tmp_path, source.format(file=file)), Metric.CPU, sends=False)

    assert (measured, file.read_text()) == (1e6 / 2000, "ended")


def test_a_program_gets_the_variables_of_its_environment(sinks: Sinks, tmp_path: Path) -> None:
    """An environment adds variables to those of the program."""
    printing = program(tmp_path, "import os; print(os.environ['ADDED'], os.environ['LANG'])")
    bench = Bench({OURS: Environment(Path(sys.executable), "0", {"ADDED": "yes"})}, sinks)

    assert bench.run(printing, (), str(printing.file)) == "yes C.UTF-8\n"


@pytest.mark.slow
@pytest.mark.skipif(bool(missing(Metric.INSTRUCTIONS)), reason="valgrind is not installed")
def test_an_empty_program_costs_no_instructions(bench: Bench) -> None:
    """The empty interpreter is taken off, to a few thousandths."""
    nothing = Program(OURS, NOTHING, Wire.UDP, in_lambda=False)

    assert abs(bench.measure(nothing, Metric.INSTRUCTIONS, sends=False)) < 1


# --- rounds -------------------------------------------------------------------------------------


def test_rounds_are_interleaved() -> None:
    """Everybody has a turn in a round before anybody has the next."""
    turns: list[str] = []

    def once(_row: Row, program: Program) -> float:
        turns.append(program.contestant.key)
        return 1.0

    rounds.measure([CPU], 2, once, available)

    assert turns == [program.contestant.key for program in CPU.programs()] * 2


def test_rows_share_the_runs_of_a_program() -> None:
    """In the two rows of a task each peer runs once a round, ours once for each wire."""
    turns: list[Program] = []

    def once(_row: Row, program: Program) -> float:
        turns.append(program)
        return 1.0

    results = rounds.measure([row for row in ROWS if row.task == "request"], 1, once, available)

    assert len(turns) == len(set(turns)) == len(INSTALLED) + 1
    assert [list(INSTALLED)] * 2 == [list(result.samples) for result in results]


def test_who_cannot_run_does_not() -> None:
    """A contestant that is not on this machine has no turn and no samples; the others have."""
    turns: list[Contestant] = []

    def once(_row: Row, program: Program) -> float:
        turns.append(program.contestant)
        return 1.0

    (result,) = rounds.measure([ENCODE], 1, once, available, {COLLECTOR: "not built"})

    assert turns == list(result.samples) == [OURS, XRAY_SDK]


def test_what_repeats_runs_once() -> None:
    """Instructions are counted in the first round only."""
    results = rounds.measure([COUNTED, CPU], 3, cost, available)

    assert [1, 3] == [len(result.samples[OURS]) for result in results]


def test_the_middle_sample_counts() -> None:
    """One slow round changes no figure."""
    values = iter([1.0, 9.0, 2.0])

    def once(_row: Row, program: Program) -> float:
        return next(values) if program.contestant is OURS else 4.0

    (result,) = rounds.measure([CPU], 3, once, available)

    assert (result.median(OURS), result.ratio(XRAY_SDK)) == (2.0, 0.5)


# --- the report ---------------------------------------------------------------------------------


def test_the_table_shows_figures_and_ratios() -> None:
    """A row has our figure, each peer's with the ratio, and the unit."""
    text = report.to_text(rounds.measure([CPU], 1, cost, available), FACTS)

    heading, _, line, *_ = text.splitlines()
    assert [OURS.title, *(peer.title for peer in PEERS)] == re.split(r"  +", heading)[1:-1]
    assert re.split(r"  +", line) == [
        CPU.name,
        "30.0",
        *["100.0 (0.30×)"] * (len(PEERS) - 1),
        "-",
        "µs CPU per operation",
    ]


def test_an_absent_peer_has_no_figure() -> None:
    """A peer that has nothing to compare leaves its cell empty and has no ratio."""
    row = replace(CPU, absent=(OTEL_SDK, COLLECTOR))

    results = rounds.measure([row], 1, cost, available)

    assert report.to_text(results, FACTS).count("100.0 (0.30×)") == len(PEERS) - 2
    assert OTEL_SDK.key not in report.to_json(results, FACTS)["rows"][0]["ratios"]


def test_a_row_may_be_ours_alone() -> None:
    """A row in which no peer has anything to compare shows our figure."""
    row = replace(CPU, absent=PEERS)

    _, _, line, *_ = report.to_text(rounds.measure([row], 1, cost, available), FACTS).splitlines()

    assert re.split(r"  +", line)[1:-1] == ["30.0", *["-"] * len(PEERS)]


def test_who_is_not_here_says_why() -> None:
    """A peer that cannot run has the reason in its cell, where it would have had a figure."""
    results = rounds.measure(
        [ENCODE, CPU], 1, cost, available, {COLLECTOR: "not built: make collector"}
    )

    text, shown = report.to_text(results, FACTS), report.to_json(results, FACTS)

    assert text.count("not built: make collector") == 1
    assert [row["unable"] for row in shown["rows"]] == [
        {"collector": "not built: make collector"},
        {},
    ]


def test_each_task_says_what_it_is() -> None:
    """Below the table each task has its note, under the name of its rows without the wire."""
    results = rounds.measure([ENCODE, CPU], 1, cost, available)

    text = report.to_text(results, FACTS)

    assert "\nencode: two spans" in text
    assert "\nrequest: a segment" in text


def test_below_the_table_are_the_facts() -> None:
    """Interpreter, cores, load, rounds and versions are said."""
    text = report.to_text(rounds.measure([CPU], 1, cost, available), FACTS)

    assert "CPython 3.11.7, 2 cores, load 0.25" in text
    assert "median of 3 interleaved rounds" in text
    assert "X-Ray SDK 1.2.3" in text


def test_a_row_without_its_tool_says_so() -> None:
    """Without valgrind the row stays in the table, with the reason, and nothing runs."""

    def lacking(_metric: Metric) -> str:
        return "not measured: valgrind is not installed"

    results = rounds.measure([COUNTED], 1, cost, lacking)

    assert "not measured: valgrind is not installed" in report.to_text(results, FACTS)
    assert report.to_json(results, FACTS)["rows"][0]["missing"] == lacking(Metric.INSTRUCTIONS)


def test_json_has_every_sample() -> None:
    """The JSON form survives a round trip and holds samples, medians and ratios."""
    results = rounds.measure([CPU], 2, cost, available)

    shown = json.loads(json.dumps(report.to_json(results, FACTS)))

    (row,) = shown["rows"]
    assert row["samples"]["ours"] == [30.0, 30.0]
    assert row["medians"]["xray_sdk"] == 100.0
    assert row["ratios"] == {peer.key: 0.3 for peer in PEERS if peer not in CPU.absent}
    assert shown["versions"]["powertools"] == "1.2.3"


def test_facts_are_those_of_the_machine() -> None:
    """Facts name this interpreter and at least one core."""
    facts = report.Facts.of_this_machine({}, 7)

    assert f"{sys.version_info.major}.{sys.version_info.minor}." in facts.python
    assert facts.cores >= 1


# --- the command line ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(["--row", "nonsense"], "nonsense"), (["--rounds", "0"], "'0' is not a number of rounds")],
)
def test_wrong_arguments_are_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """An unknown row or a count that is none ends the command with the value quoted."""
    with pytest.raises(SystemExit):
        command.main(arguments)

    assert reason in capsys.readouterr().err


def test_what_failed_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """An environment that cannot be made ends the command with exit code 1 and its output."""

    def broken(contestant: Contestant) -> Environment:
        raise BenchmarkFailed(contestant.title, "no such version")

    assert command.main(["--rounds", "1"], broken) == 1
    assert "no such version" in capsys.readouterr().err


@pytest.mark.slow
def test_a_program_that_fails_ends_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A contestant that is not importable where it should be ends the command, with the reason."""

    def empty(_contestant: Contestant) -> Environment:
        return Environment(Path(sys.base_prefix) / "bin" / "python3", "0")

    assert command.main(["--rounds", "1", "--row", "request-udp"], empty, nowhere) == 1
    assert "ModuleNotFoundError" in capsys.readouterr().err
