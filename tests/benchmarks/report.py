"""The tables, and the same as JSON."""

from __future__ import annotations

import os
import platform
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.contestants import OURS, PEERS, Contestant
from tests.benchmarks.rounds import Result
from tests.benchmarks.rows import Table

_NOTHING = "-"
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What the figures depend on.

    Attributes:
        versions: of everybody who took part.
        rounds: runs of each program whose metric does not repeat.
        python: version of the interpreter.
        cores: of the machine.
        load: average of the last minute, at the start.
    """

    versions: Mapping[Contestant, str]
    rounds: int
    python: str
    cores: int
    load: float

    @classmethod
    def of_this_machine(cls, versions: Mapping[Contestant, str], rounds: int) -> Facts:
        """Return the facts as they are now."""
        implementation = f"{platform.python_implementation()} {platform.python_version()}"
        return cls(versions, rounds, implementation, os.cpu_count() or 1, os.getloadavg()[0])


def to_text(results: Sequence[Result], facts: Facts) -> str:
    """Return the tables, what their rows are, and the facts."""
    by_table = {
        table: [result for result in results if result.row.table is table] for table in Table
    }
    lines = [line for table, of in by_table.items() if of for line in _table(table, of)]
    return "\n".join([*lines, *_NOTES, *_facts(facts)]) + "\n"


def to_json(results: Sequence[Result], facts: Facts) -> dict[str, Any]:
    """Return everything that was measured."""
    return {
        "python": facts.python,
        "cores": facts.cores,
        "load": facts.load,
        "rounds": facts.rounds,
        "versions": {one.key: version for one, version in facts.versions.items()},
        "rows": [_row(result) for result in results],
    }


def _table(table: Table, results: Sequence[Result]) -> list[str]:
    shown = [peer for peer in PEERS if any(peer in result.row.peers for result in results)]
    headings = ("row", OURS.title, *(peer.title for peer in shown), "unit")
    lines = [headings, *(_cells(result, shown) for result in results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    cells = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    rule = "  ".join("-" * width for width in widths)
    return [table.value, "", cells[0], rule, *cells[1:], "", *_notes(results), ""]


def _cells(result: Result, shown: Sequence[Contestant]) -> tuple[str, ...]:
    row = result.row
    if result.missing:
        return (row.name, _NOTHING, *(_NOTHING for _ in shown), result.missing)
    peers = (_beside(result, peer) for peer in shown)
    return (row.name, f"{result.median(OURS):.1f}", *peers, row.metric.value)


def _beside(result: Result, peer: Contestant) -> str:
    if peer not in result.row.peers:
        return _NOTHING
    if peer in result.unable:
        return result.unable[peer]
    return f"{result.median(peer):.1f} ({result.ratio(peer):.2f}×)"


def _notes(results: Sequence[Result]) -> list[str]:
    by_text: dict[str, str] = {}
    for result in results:
        by_text.setdefault(result.row.says, result.row.name.removesuffix("-udp"))
    return [
        textwrap.fill(f"{name}: {says}.", _WIDTH, subsequent_indent="  ")
        for says, name in by_text.items()
    ]


_NOTES = (
    "-udp, -otlp: how otel-xray sends. Peers send their one way: OpenTelemetry over OTLP/HTTP.",
    "(0.31×): otel-xray's cost divided by the peer's. An empty interpreter's is taken off.",
)


def _facts(facts: Facts) -> list[str]:
    versions = (f"{peer.title} {facts.versions[peer]}" for peer in PEERS if peer in facts.versions)
    return [
        f"{facts.python}, {facts.cores} cores, load {facts.load:.2f} at the start.",
        f"Times: median of {facts.rounds} interleaved rounds. Instructions, sizes: counted once.",
        f"{', '.join(versions)}; otel-xray on OpenTelemetry {facts.versions[OURS]}.",
    ]


def _row(result: Result) -> dict[str, Any]:
    row = result.row
    shown: dict[str, Any] = {
        "table": row.table.value,
        "name": row.name,
        "says": row.says,
        "unit": row.metric.value,
    }
    if result.missing:
        return {**shown, "missing": result.missing}
    return {
        **shown,
        "medians": {one.key: result.median(one) for one in result.samples},
        "ratios": {peer.key: result.ratio(peer) for peer in PEERS if peer in result.samples},
        "samples": {one.key: list(values) for one, values in result.samples.items()},
        "unable": {one.key: reason for one, reason in result.unable.items() if one in row.peers},
    }
