"""The two runs of a program."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib.machinery import PathFinder

from otel_xray.compat import launch
from otel_xray.compat.verify import normal, trees
from otel_xray.compat.verify.comparison import Forest
from otel_xray.compat.verify.sink import Sink
from otel_xray.errors import ConfigurationError

_ALIAS = "aws_xray_sdk"
_DIED_OF = "cannot use the alias"
# What names a backend: the comparison is about what goes to the daemon.
_BACKENDS = ("OTEL_XRAY_BACKEND", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP")


class Side(Enum):
    """Whose ``aws_xray_sdk`` a run has."""

    ORIGINAL = "the X-Ray SDK"
    ALIAS = "otel-xray"


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What one run did.

    Attributes:
        side: whose segments they are.
        code: exit code; negative, the signal that ended it; None if it was still running.
        stdout: what it printed.
        stderr: what it complained about.
        forest: the segments that it sent.
    """

    side: Side
    code: int | None
    stdout: str
    stderr: str
    forest: Forest


def original_is_installed() -> bool:
    """Say whether the X-Ray SDK is there to compare with."""
    return PathFinder.find_spec(_ALIAS) is not None


def run(
    side: Side, words: Sequence[str], environ: Mapping[str, str], timeout: float | None
) -> Outcome:
    """
    Run the program that *words* name, and receive its segments.

    Args:
        side: whose ``aws_xray_sdk`` it has.
        words: program and arguments, as `launch.command` takes them.
        environ: the variables; those that matter here are replaced.
        timeout: seconds after which it is killed, with every process that it has started.

    Raises:
        ConfigurationError: there is no such program, or its Python has no otel-xray.
        InvalidDocument: it has sent something that is no segment.
    """
    with Sink() as sink:
        process = subprocess.Popen(  # noqa: S603  the user's own program
            launch.command(words, environ),
            env=_environment(side, environ, sink.address),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        code, stdout, stderr = _finished(process, timeout)
    if side is Side.ALIAS and f"(process {process.pid}) {_DIED_OF}" in stderr:
        raise ConfigurationError(stderr.strip().splitlines()[0])
    forest = normal.normalise(trees.assemble(trees.parse(sink.datagrams)))
    return Outcome(side, code, stdout, stderr, forest)


def _finished(process: subprocess.Popen[str], timeout: float | None) -> tuple[int | None, str, str]:
    with process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            stdout, stderr = process.communicate()
            return None, stdout, stderr
        except BaseException:  # Ctrl-C: the program is in a session of its own
            _kill(process)
            raise
    return process.returncode, stdout, stderr


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _environment(side: Side, environ: Mapping[str, str], address: str) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if not name.startswith(_BACKENDS)}
    given = {
        "AWS_XRAY_DAEMON_ADDRESS": address,
        "OTEL_XRAY_COMPAT": "false" if side is Side.ORIGINAL else "true",
        "PYTHONHASHSEED": environ.get("PYTHONHASHSEED") or "0",  # sets in the same order
    }
    return launch.environment({**kept, **given}, launch.COMPARED)
