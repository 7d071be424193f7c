from __future__ import annotations

import json
import math
import os
import re
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import collector, environments, invoking, report, rounds
from tests.benchmarks.contestants import (
    ADOT,
    ADOT_FAST,
    CHECKOUT,
    COLLECTOR,
    COMMUNITY,
    CONTRIB,
    EVERYBODY,
    INSTALLED,
    OTEL_SDK,
    OURS,
    POWERTOOLS,
    XRAY_SDK,
    Contestant,
)
from tests.benchmarks.environments import Environment
from tests.benchmarks.failures import BenchmarkFailed
from tests.benchmarks.metrics import Bench, Metric, instructions_in, missing
from tests.benchmarks.program import FOLDER, NOTHING, Program, Wire
from tests.benchmarks.rows import ROWS, Row, Table
from tests.benchmarks.sinks import Sinks
from tests.benchmarks.upstream import Upstream
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

    def __init__(self) -> None:
        self.commands: list[list[str]] = []

    def run(self, words: list[str]) -> str:
        """Write the command down and answer it."""
        self.commands.append(words)
        if "venv" in words:
            Path(words[-1]).mkdir(parents=True)
        return "1.2.3\n"


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    """Listen for what programs send."""
    with closing(Sinks()) as listening:
        yield listening


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Answer what programs call."""
    with closing(Upstream()) as answering:
        yield answering


@pytest.fixture
def bench(sinks: Sinks, upstream: Upstream) -> Bench:
    """Run programs with this interpreter instead of those of the contestants."""
    here = Environment(Path(sys.executable), "0")
    return Bench(dict.fromkeys(EVERYBODY, here), sinks, upstream)


# --- what is compared ---------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_everybody_has_a_program_in_every_row(row: Row) -> None:
    """The folder of a task has a program of each contestant of its rows, and no other."""
    there = {one for one in EVERYBODY if row.program(one).file.is_file()}

    assert there == {one for other in ROWS if other.task == row.task for one in other.contestants}


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
    assert [*named, "boto3", "requests", "awslambdaric", "packaging"] == lines


def test_a_task_may_have_a_baseline_of_its_own() -> None:
    """Its cost is taken off instead of an empty program's."""
    libraries = next(row for row in ROWS if row.name == "libraries").program(OURS)

    assert "baseline.py" == libraries.baseline.name
    assert NOTHING == Program(OURS, NOTHING, Wire.UDP, in_lambda=True).baseline


@pytest.mark.parametrize("contestant", INSTALLED, ids=lambda contestant: contestant.key)
def test_every_requirement_is_pinned(contestant: Contestant) -> None:
    """What a list leaves open is pinned by constraints.txt, if it is used; none names an index."""
    constraints = (CHECKOUT / "constraints.txt").read_text(encoding="utf-8")
    lines = contestant.requirements.read_text(encoding="utf-8").splitlines()[1:]

    elsewhere = "" if contestant.complete else constraints
    unpinned = [line for line in lines if "==" not in line and f"\n{line}==" not in elsewhere]

    assert unpinned == []
    assert not any(line.startswith("-") or "://" in line for line in lines)


def test_the_environment_of_a_program_is_its_own(sinks: Sinks, upstream: Upstream) -> None:
    """A program sees the variables of its surroundings and none of the caller's."""
    function = Program(OURS, NOTHING, Wire.UDP, in_lambda=True).environ(sinks, upstream)
    server = Program(OURS, NOTHING, Wire.OTLP, in_lambda=False).environ(sinks, upstream)

    assert function["LAMBDA_TASK_ROOT"] == "/var/task"
    assert function["OTEL_TRACES_EXPORTER"] == "xray"
    assert function["AWS_XRAY_DAEMON_ADDRESS"] == sinks.daemon_address
    assert server["OTEL_EXPORTER_OTLP_ENDPOINT"] == sinks.otlp_endpoint
    assert server["UPSTREAM"] == upstream.url
    assert {"LAMBDA_TASK_ROOT", "HOME"}.isdisjoint(server)


@pytest.mark.parametrize("name", ["function", "function-bare", "served", "warm"])
def test_a_function_has_code_of_its_own(name: str, sinks: Sinks, upstream: Upstream) -> None:
    """Rows about functions differ in the code that the runtime finds under the handler's name."""
    (row,) = (row for row in ROWS if row.name == name)

    environ = row.program(OURS).environ(sinks, upstream)

    module, _, _ = environ["_HANDLER"].rpartition(".")
    assert (Path(environ["LAMBDA_TASK_ROOT"]) / f"{module}.py").is_file()
    assert environ["PYTHONPATH"] == environ["LAMBDA_TASK_ROOT"]


# --- environments -------------------------------------------------------------------------------


def test_an_environment_is_made_once(tmp_path: Path) -> None:
    """The second request for an environment runs nothing and knows the version."""
    diary = Diary()

    made = environments.prepare(XRAY_SDK, tmp_path / "cache", diary.run)
    commands = len(diary.commands)
    found = environments.prepare(XRAY_SDK, tmp_path / "cache", diary.run)

    assert made == found
    assert made.version == "1.2.3"
    assert len(diary.commands) == commands
    assert not any(str(CHECKOUT) in words for words in diary.commands)


def test_an_environment_is_installed_from_pinned_lists(tmp_path: Path) -> None:
    """Pip gets the contestant's list and the project's constraints."""
    diary = Diary()

    environments.prepare(POWERTOOLS, tmp_path / "cache", diary.run)

    (install,) = (words for words in diary.commands if "install" in words)
    assert str(POWERTOOLS.requirements) in install
    assert str(CHECKOUT / "constraints.txt") in install


def test_a_complete_list_brings_nothing_along(tmp_path: Path) -> None:
    """Who has versions of its own gets its list and nothing else: no constraints, no dependency."""
    diary = Diary()

    environments.prepare(ADOT, tmp_path / "cache", diary.run)

    (install,) = (words for words in diary.commands if "install" in words)
    assert "--no-deps" in install
    assert str(CHECKOUT / "constraints.txt") not in install


def test_ours_comes_from_the_checkout(tmp_path: Path) -> None:
    """The environment of ours has the checkout itself, so that a change needs no new one."""
    diary = Diary()

    environments.prepare(OURS, tmp_path / "cache", diary.run)

    assert [diary.commands[-2][-2:]] == [["-e", str(CHECKOUT)]]


def test_who_shares_a_list_shares_an_environment() -> None:
    """Each requirement list has an environment of its own."""
    lists = {one.requirements for one in INSTALLED}

    assert len(lists) == len({environments.key_of(one) for one in INSTALLED})
    assert environments.key_of(ADOT) == environments.key_of(ADOT_FAST)


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
def test_the_collector_translates_what_it_is_sent(
    built: str, sinks: Sinks, upstream: Upstream
) -> None:
    """Every span of every batch comes out as a document, or the program would have failed."""
    variables = {"OTEL_XRAY_COLLECTOR": built, "PYTHONPATH": str(CHECKOUT)}
    here = Environment(Path(sys.executable), "0", variables)

    measured = Bench({COLLECTOR: here}, sinks, upstream).measure(
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

    bursts = 10
    assert (measured, file.read_text()) == (bursts * 1e6 / 2000, "ended")


def test_a_program_gets_the_variables_of_its_environment(
    sinks: Sinks, upstream: Upstream, tmp_path: Path
) -> None:
    """An environment adds variables to those of the program."""
    printing = program(tmp_path, "import os; print(os.environ['ADDED'], os.environ['LANG'])")
    here = Environment(Path(sys.executable), "0", {"ADDED": "yes"})
    bench = Bench({OURS: here}, sinks, upstream)

    assert bench.run(printing, (), str(printing.file)) == "yes C.UTF-8\n"


def test_what_is_done_without_tracing_is_taken_off(bench: Bench, tmp_path: Path) -> None:
    """Each burst is followed by one in which the program does not trace, on the same clock."""
    source = """
from contextlib import contextmanager
spent, price = 0.0, 5e-6
def cpu_time() -> float: return spent
def flush() -> None: pass
def operation() -> None:
    global spent
    spent += price
@contextmanager
def untraced():
    global price
    price = 2e-6
    yield
    price = 5e-6
"""

    measured = bench.measure(program(tmp_path, source), Metric.CPU, sends=False)

    assert measured == pytest.approx(3)


@pytest.mark.slow
@pytest.mark.skipif(bool(missing(Metric.COUNTED)), reason="valgrind is not installed")
def test_operations_are_counted_without_what_surrounds_them(bench: Bench, tmp_path: Path) -> None:
    """A program whose operation costs the same either way adds next to nothing."""
    source = """
from contextlib import nullcontext
def operation() -> None: sum(range(1000))
def flush() -> None: pass
untraced = nullcontext
"""

    measured = bench.measure(program(tmp_path, source), Metric.COUNTED, sends=False)

    assert abs(measured) < 1


@pytest.mark.slow
@pytest.mark.skipif(bool(missing(Metric.INSTRUCTIONS)), reason="valgrind is not installed")
def test_an_empty_program_costs_no_instructions(bench: Bench) -> None:
    """The empty interpreter is taken off, to a few thousandths."""
    nothing = Program(OURS, NOTHING, Wire.UDP, in_lambda=False)

    assert abs(bench.measure(nothing, Metric.INSTRUCTIONS, sends=False)) < 1


# --- functions ----------------------------------------------------------------------------------


TELLING = """
import os
def handler(event, context):
    if event.get("leave"):
        os._exit(0)
    with open("served", "a") as served:
        served.write(os.environ["NAME"])
"""


def runtime(name: str, folder: Path) -> invoking.Runtime:
    """Return the real runtime client on a function that writes *name* down at each event."""
    (folder / "app.py").write_text(TELLING, encoding="utf-8")
    environ = {"PYTHONPATH": str(folder), "_HANDLER": "app.handler", "NAME": name}
    client = FOLDER / "warm" / "baseline.py"
    return invoking.Runtime(Path(sys.executable), client, environ, folder)


@pytest.mark.slow
def test_two_runtimes_take_turns(tmp_path: Path) -> None:
    """Each event of the one is followed by one of the other, and either has its figures."""
    cost = invoking.added(runtime("a", tmp_path), runtime("b", tmp_path))

    served = (tmp_path / "served").read_text(encoding="utf-8")
    assert served == "ab" * (invoking.WARM_UP + invoking.INVOCATIONS)
    assert all(map(math.isfinite, (cost.latency, cost.cpu)))


@pytest.mark.slow
def test_a_runtime_serves_one_event_and_leaves(tmp_path: Path) -> None:
    """The process has ended by itself, so that whatever counts it has finished, too."""
    done = tmp_path / "done"
    shell = ("/bin/sh", "-c", f'"$@"; echo ended > {done}', "sh")

    invoking.serve_one(replace(runtime("a", tmp_path), before=shell))

    assert done.read_text(encoding="utf-8") == "ended\n"
    assert (tmp_path / "served").read_text(encoding="utf-8") == "a"


@pytest.mark.slow
def test_a_runtime_that_fails_says_why(tmp_path: Path) -> None:
    """What a runtime writes to its standard error before it ends is shown."""
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no handler')", encoding="utf-8")

    with pytest.raises(BenchmarkFailed, match="no handler"):
        invoking.serve_one(replace(runtime("a", tmp_path), file=broken))


@pytest.mark.slow
def test_a_layer_is_zipped_without_what_the_runtime_has(bench: Bench, tmp_path: Path) -> None:
    """The size is that of a zip file of what is installed, less the packages that are named."""
    source = """
from importlib.metadata import distributions
names = {{found.metadata["Name"].lower().replace("_", "-") for found in distributions()}}
WITHOUT = frozenset(names - {kept})
"""

    two, one = (
        bench.measure(program(tmp_path, source.format(kept=kept)), Metric.SIZE, sends=False)
        for kept in ({"idna", "certifi"}, {"idna"})
    )

    assert 0 < one < two


def test_layers_are_compared_as_they_are_shipped() -> None:
    """The row of sizes has the layers of AWS and of the community, whose lists are complete."""
    (row,) = (row for row in ROWS if row.name == "layer")

    assert [one.complete for one in (ADOT, COMMUNITY)] == [True, True]
    assert {ADOT, COMMUNITY} < set(row.peers)


# --- what is called -----------------------------------------------------------------------------


def test_every_request_is_answered_alike(upstream: Upstream) -> None:
    """A connection is kept, and a request's body does not run into the next request."""
    address = upstream.url.removeprefix("http://")
    with closing(HTTPConnection(address, timeout=10)) as connection:
        answers: list[bytes] = []
        for method, body in [("POST", b"{}"), ("GET", None), ("POST", b"x" * 70_000)]:
            connection.request(method, "/", body)
            answers.append(connection.getresponse().read())

    assert len(set(answers)) == 1
    assert json.loads(answers[0])["Item"]["orderId"] == {"S": "71032"}


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

    everybody = [OURS, XRAY_SDK, OTEL_SDK, POWERTOOLS]
    assert len(turns) == len(set(turns)) == len(everybody) + 1
    assert [everybody] * 2 == [list(result.samples) for result in results]


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

    title, _, heading, _, line, *_ = text.splitlines()
    assert title == CPU.table.value
    assert [OURS.title, *(peer.title for peer in CPU.peers)] == re.split(r"  +", heading)[1:-1]
    assert re.split(r"  +", line) == [
        CPU.name,
        "30.0",
        *["100.0 (0.30×)"] * len(CPU.peers),
        "µs CPU per operation",
    ]


def test_a_table_has_columns_for_who_takes_part() -> None:
    """Each subject has a table of its own, with the peers that its rows have and no other."""
    text = report.to_text(rounds.measure([ENCODE, CPU], 1, cost, available), FACTS)

    first, second = (
        next(line for line in text.partition(table.value)[2].splitlines() if "otel-xray" in line)
        for table in (Table.RECORDING, Table.TRANSLATION)
    )
    assert (POWERTOOLS.title in first, COLLECTOR.title in first) == (True, False)
    assert (POWERTOOLS.title in second, COLLECTOR.title in second) == (False, True)


def test_who_takes_no_part_has_no_figure() -> None:
    """A peer that has nothing to compare leaves its cell empty and has no ratio."""
    row = replace(CPU, peers=(XRAY_SDK,))

    results = rounds.measure([CPU, row], 1, cost, available)

    *_, line = (
        line for line in report.to_text(results, FACTS).splitlines() if line.startswith(row.name)
    )
    assert re.split(r"  +", line)[2:4] == ["100.0 (0.30×)", "-"]
    assert report.to_json(results, FACTS)["rows"][1]["ratios"] == {"xray_sdk": 0.3}


def test_a_row_may_be_ours_alone() -> None:
    """A row in which no peer has anything to compare shows our figure."""
    row = replace(CPU, peers=())

    text = report.to_text(rounds.measure([row], 1, cost, available), FACTS)

    assert re.split(r"  +", text.splitlines()[4])[1:-1] == ["30.0"]


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
    """Below its table each task has its note, under the name of its rows without the wire."""
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
    assert row["ratios"] == {peer.key: 0.3 for peer in CPU.peers}
    assert shown["versions"]["powertools"] == "1.2.3"


def test_facts_are_those_of_the_machine() -> None:
    """Facts name this interpreter and at least one core."""
    facts = report.Facts.of_this_machine({}, 7)

    assert f"{sys.version_info.major}.{sys.version_info.minor}." in facts.python
    assert facts.cores >= 1


# --- the command line ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nonsense"], "there is no row 'nonsense'; choose from"),
        (["--rounds", "0"], "'0' is not a number of rounds"),
    ],
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


def test_only_who_takes_part_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    """A row's environments are made, and those of nobody else."""
    asked: list[Contestant] = []

    def broken(contestant: Contestant) -> Environment:
        asked.append(contestant)
        if contestant is CONTRIB:
            raise BenchmarkFailed(contestant.title, "no such version")
        return Environment(Path(sys.executable), "0")

    assert command.main(["get-item", "get"], broken, nowhere) == 1
    assert asked == [OURS, XRAY_SDK, CONTRIB]
    assert "no such version" in capsys.readouterr().err


@pytest.mark.slow
def test_a_program_that_fails_ends_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A contestant that is not importable where it should be ends the command, with the reason."""

    def empty(_contestant: Contestant) -> Environment:
        return Environment(Path(sys.base_prefix) / "bin" / "python3", "0")

    assert command.main(["--rounds", "1", "request-udp"], empty, nowhere) == 1
    assert "ModuleNotFoundError" in capsys.readouterr().err
