"""The table, and the same as JSON."""

from __future__ import annotations

import os
import platform
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.contestants import EVERYBODY, OURS, PEERS, Contestant
from tests.benchmarks.rounds import Result

_NOTHING = "-"
_WIDTH = 100
_HEADINGS = ("row", OURS.title, *(peer.title for peer in PEERS), "unit")


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What the figures depend on.

    Attributes:
        versions: of each contestant.
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
    """Return the table and, below it, what the rows are and the facts."""
    lines = [_HEADINGS, *(_cells(result) for result in results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    table.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*table, "", *_notes(results), "", *_facts(facts)]) + "\n"


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


def _cells(result: Result) -> tuple[str, ...]:
    row = result.row
    if result.missing:
        return (row.name, *(_NOTHING for _ in EVERYBODY), result.missing)
    peers = (_beside(result, peer) for peer in PEERS)
    return (row.name, f"{result.median(OURS):.1f}", *peers, row.metric.value)


def _beside(result: Result, peer: Contestant) -> str:
    if peer in result.row.absent:
        return _NOTHING
    if peer in result.unable:
        return result.unable[peer]
    return f"{result.median(peer):.1f} ({result.ratio(peer):.2f}×)"


def _notes(results: Sequence[Result]) -> list[str]:
    by_task = {result.row.task: result.row for result in results}
    notes = [f"{row.name.partition('-')[0]}: {row.says}." for row in by_task.values()]
    return [
        *(textwrap.fill(note, _WIDTH, subsequent_indent="  ") for note in notes),
        "-udp, -otlp: how otel-xray sends. Peers send their one way: OpenTelemetry over OTLP/HTTP.",
        "(0.31×): otel-xray's cost divided by the peer's. An empty interpreter's is taken off.",
    ]


def _facts(facts: Facts) -> list[str]:
    versions = (f"{peer.title} {facts.versions[peer]}" for peer in PEERS)
    return [
        f"{facts.python}, {facts.cores} cores, load {facts.load:.2f} at the start.",
        f"CPU: median of {facts.rounds} interleaved rounds. Instructions: counted once.",
        f"{', '.join(versions)}; otel-xray on OpenTelemetry {facts.versions[OURS]}.",
    ]


def _row(result: Result) -> dict[str, Any]:
    row = result.row
    shown: dict[str, Any] = {"name": row.name, "says": row.says, "unit": row.metric.value}
    if result.missing:
        return {**shown, "missing": result.missing}
    return {
        **shown,
        "medians": {one.key: result.median(one) for one in result.samples},
        "ratios": {peer.key: result.ratio(peer) for peer in PEERS if peer in result.samples},
        "samples": {one.key: list(values) for one, values in result.samples.items()},
        "unable": {
            one.key: reason for one, reason in result.unable.items() if one not in row.absent
        },
    }
