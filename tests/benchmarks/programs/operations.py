"""
Run the operation of a program many times, and print its CPU time in microseconds.

The program has two functions: ``operation``, and ``flush``, which sends what was recorded. It is
called between bursts, as an application has pauses; without them a queue would overflow, and what
is dropped costs nothing.

It may have two more: ``cpu_time``, the seconds that another process has used, if that is the one
to measure; and ``running``, a context manager that ends what the program started.
"""

from __future__ import annotations

import runpy
import sys
import time
from contextlib import nullcontext

WARM_UP = 2
BURSTS = 10
BURST = 200

program = runpy.run_path(sys.argv[1])
operation = program["operation"]
flush = program["flush"]
cpu_time = program.get("cpu_time", time.process_time)


def run(bursts: int) -> None:
    """Run so many bursts, and send everything."""
    for _ in range(bursts):
        for _ in range(BURST):
            operation()
        flush()


with program.get("running", nullcontext()):
    run(WARM_UP)
    before = cpu_time()
    run(BURSTS)
    used = cpu_time() - before
print(used * 1e6 / (BURSTS * BURST))  # noqa: T201  the measurement
