"""How a program is started so that the alias is installed before any of its code runs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from otel_xray.errors import ConfigurationError

SITE = Path(__file__).parent / "site"
MARK = "OTEL_XRAY_RUN"
COMPARED = "verify"

_OPTIONS_OF_PYTHON = ("-m", "-c")


def command(words: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """
    Return what to execute for the program that *words* name, as a shell would.

    Args:
        words: a program and its arguments; or those of Python: a script, ``-m`` and a module.
        environ: where programs are looked up.

    Raises:
        ConfigurationError: there is no such program.
    """
    program = words[0]
    if program in _OPTIONS_OF_PYTHON:
        if len(words) == 1:
            msg = f"{program} needs a word after it, as for Python."
            raise ConfigurationError(msg)
        return [sys.executable, *words]
    if program.endswith(".py"):
        if not Path(program).is_file():
            msg = f"The program {program!r} is not found; give the path of a script."
            raise ConfigurationError(msg)
        return [sys.executable, *words]
    if shutil.which(program, path=environ.get("PATH")) is None:
        msg = (
            f"The program {program!r} is not found; give a command, a path, or Python's -m MODULE."
        )
        raise ConfigurationError(msg)
    return list(words)


def environment(environ: Mapping[str, str], mark: str) -> dict[str, str]:
    """
    Return *environ* with the alias in it: for Python itself, and all Pythons that it starts.

    Args:
        environ: the variables.
        mark: id of the process that shall say so when the alias cannot be installed; or
            `COMPARED`: each process shall, and every request shall be recorded.
    """
    before = environ.get("PYTHONPATH", "")
    kept = [entry for entry in before.split(os.pathsep) if entry != str(SITE)] if before else []
    return {**environ, "PYTHONPATH": os.pathsep.join([str(SITE), *kept]), MARK: mark}
