"""
The collector with its X-Ray exporter, which is written in Go, as a contestant.

Its programs run in the environment of ours: they send it spans that our encoder of OTLP has made,
and count the CPU time of its process instead of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tests.benchmarks.environments import Environment, run_command

# Returns the collector's path, or an empty one and why there is none.
Find: TypeAlias = Callable[[], tuple[str, str]]

BINARY = "OTEL_XRAY_COLLECTOR"  # tells a program where the collector is
NOT_BUILT = "not built: make collector"


def environment(ours: Environment, find: Find) -> Environment:
    """
    Return where the programs of the collector run.

    Args:
        ours: the environment of this project.
        find: finds the collector; it is not built for a benchmark, which takes minutes.

    Raises:
        BenchmarkFailed: there is one, and it does not say its version.
    """
    binary, _ = find()
    if not binary:
        return Environment(ours.python, "not built", missing=NOT_BUILT)
    version = run_command([binary, "--version"]).split()[-1]  # "otelcol-small version 0.156.0"
    return Environment(ours.python, version, {BINARY: binary})
