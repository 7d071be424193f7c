"""What stops the benchmarks."""

from __future__ import annotations


class BenchmarkFailed(Exception):
    """
    A program or a command did not do what it had to.

    Attributes:
        what: the program or the command.
        output: what it wrote to its standard error.
    """

    def __init__(self, what: str, output: str) -> None:
        super().__init__(f"{what} failed:\n{output.rstrip() or '(it said nothing)'}")
        self.what = what
        self.output = output
