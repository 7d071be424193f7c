"""
Run the operation of a program many times, and print its CPU time in microseconds.

The program has two functions: ``operation``, and ``flush``, which sends what was recorded. It is
called between bursts, as an application has pauses; without them a queue would overflow, and what
is dropped costs nothing.
"""

from __future__ import annotations

import runpy
import sys
import time

WARM_UP = 2
BURSTS = 10
BURST = 200

program = runpy.run_path(sys.argv[1])
operation = program["operation"]
flush = program["flush"]


def run(bursts: int) -> None:
    """Run so many bursts, and send everything."""
    for _ in range(bursts):
        for _ in range(BURST):
            operation()
        flush()


run(WARM_UP)
before = time.process_time()
run(BURSTS)
print((time.process_time() - before) * 1e6 / (BURSTS * BURST))  # noqa: T201  the measurement
