"""Child processes that say when they can be called."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence

from otel_xray.demo import process_group
from otel_xray.errors import ConfigurationError, OtelXrayError

LEASH = "otel_xray.demo.leash"
START_SECONDS = 30.0
KEPT_LINES = 50

_PREFIX = re.compile(r"^otel-xray \w+: ")  # which command says it; the demo is another one


class Child:
    """
    Runs a module of Python in a process group of its own, for as long as this process lives.

    Args:
        name: for people.
        module: run with this interpreter's ``-m``.
        ready: found in the line of output that says that the process can be called.
    """

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str] = (),
        *,
        ready: str,
        variables: Mapping[str, str],
    ) -> None:
        self.name = name
        self._pattern = re.compile(ready)
        self._found: re.Match[str] | None = None
        self._decided = threading.Event()
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.process = subprocess.Popen(  # noqa: S603  our interpreter, our modules
            [sys.executable, "-m", LEASH, module, *arguments],
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_ready(self, timeout: float = START_SECONDS) -> re.Match[str]:
        """
        Return what *ready* found.

        Raises:
            OtelXrayError: the process ended, or was not ready within *timeout* seconds.
            ConfigurationError: it ended and said what to change (exit code 2).
        """
        self._decided.wait(timeout)
        if self._found is not None:
            return self._found
        if self._decided.is_set() and self.process.wait() == 2:  # noqa: PLR2004  usage
            raise ConfigurationError(_PREFIX.sub("", self.last_words()))
        if self._decided.is_set():
            msg = f"{self.name} did not start: {self.last_words()}"
        else:
            msg = f"{self.name} was not ready after {timeout:g} s: {self.last_words()}"
        raise OtelXrayError(msg)

    @property
    def alive(self) -> bool:
        """The process has not ended."""
        return self.process.poll() is None

    def last_words(self) -> str:
        """Return the last line of its output."""
        lines = [line.strip() for line in self._lines if line.strip()]
        return lines[-1] if lines else "it said nothing"

    def _read(self) -> None:
        assert self.process.stdout is not None  # noqa: S101  a pipe was asked for
        with self.process.stdout as output:
            for line in output:
                self._lines.append(line)
                if self._found is None:
                    self._found = self._pattern.search(line)
                    if self._found is not None:
                        self._decided.set()
        self._decided.set()


def stop(children: Sequence[Child]) -> None:
    """End all *children* and what they started, together."""
    process_group.terminate([child.process for child in children])
