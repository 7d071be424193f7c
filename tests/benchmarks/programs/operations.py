"""
Run the operation of a program many times, and print its CPU time in microseconds.

The program has two functions: ``operation``, and ``flush``, which sends what was recorded. It is
called between bursts, as an application has pauses; without them a queue would overflow, and what
is dropped costs nothing.

It may have three more: ``cpu_time``, the seconds that another process has used, if that is the one
to measure; ``running``, a context manager that ends what the program started; and ``untraced``, a
context manager in which the operation does what it does without tracing. Then each burst is
followed by one in there, and its cost is taken off: the difference of two large figures that are
measured minutes apart, or in two processes, would be noise.

For a tool that counts from outside, two more words have it run the operation so many times, traced
or untraced, and print nothing.
"""

from __future__ import annotations

import runpy
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext

WARM_UP = 400
OPERATIONS = 2000
BURST = 200
ALTERNATING_BURST = 100  # the shorter, the less changes between a burst and its counterpart

program = runpy.run_path(sys.argv[1])
operation = program["operation"]
flush = program["flush"]
untraced = program.get("untraced")
cpu_time: Callable[[], float] = program.get("cpu_time", time.process_time)


def measured(operations: int) -> float:
    """Run so many operations in bursts, and return the seconds that they used."""
    used = 0.0
    size = BURST if untraced is None else ALTERNATING_BURST
    for _ in range(operations // size):
        used += burst(size)
        if untraced is not None:
            with untraced():
                used -= burst(size)
    return used


def burst(times: int) -> float:
    """Run the operation so many times, send everything, and return the seconds used."""
    before = cpu_time()
    for _ in range(times):
        operation()
    flush()
    return cpu_time() - before


if len(sys.argv) > 2:
    times, how = sys.argv[2:]
    with untraced() if untraced is not None and how == "untraced" else nullcontext():
        burst(int(times))
else:
    with program.get("running", nullcontext()):
        measured(WARM_UP)
        used = measured(OPERATIONS)
    print(used * 1e6 / OPERATIONS)  # noqa: T201  the measurement
