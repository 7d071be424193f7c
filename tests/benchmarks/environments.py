"""
A virtual environment for each contestant, made once and kept outside the tree.

It is found again by the hash of everything that decides what is in it.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tests.benchmarks.contestants import CHECKOUT, CONSTRAINTS, Contestant
from tests.benchmarks.failures import BenchmarkFailed

# Runs a command to its end; raises BenchmarkFailed when it fails.
Command: TypeAlias = Callable[[list[str]], str]

CACHE = Path.home() / ".cache" / "otel-xray" / "bench"
_READY = "ready"  # written last: an environment without it was interrupted while it was made


@dataclass(frozen=True, slots=True)
class Environment:
    """
    Where the programs of one contestant run.

    Attributes:
        python: its interpreter.
        version: the version of the contestant in it.
        variables: environment variables that its programs need, beside their own.
        missing: why nothing can run in it; empty when it can.
    """

    python: Path
    version: str
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    missing: str = ""


def key_of(contestant: Contestant) -> str:
    """Return what names the environment: it changes whenever its content would."""
    decisive = (
        *(file.read_text(encoding="utf-8") for file in contestant.pins),
        sys.version,
        _checkout() if contestant.from_checkout else "",
    )
    return (
        f"{contestant.requirements.stem}-{hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]}"
    )


def _checkout() -> tuple[str, ...]:
    """Return what an installation from the checkout depends on; its modules stay where they are."""
    return str(CHECKOUT), (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")


def prepare(contestant: Contestant, cache: Path = CACHE, run: Command | None = None) -> Environment:
    """
    Return the environment of *contestant*, after making it if it is not there.

    Args:
        contestant: whose requirements are installed.
        cache: folder that holds the environments.
        run: runs ``venv`` and ``pip``.

    Raises:
        BenchmarkFailed: it cannot be made; what pip says is in the message.
    """
    folder = cache / key_of(contestant)
    python = folder / "bin" / "python"
    ready = folder / _READY
    if not ready.exists():
        version = _make(contestant, folder, python, run or run_command)
        ready.write_text(version, encoding="utf-8")
    return Environment(python, ready.read_text(encoding="utf-8"))


def _make(contestant: Contestant, folder: Path, python: Path, run: Command) -> str:
    run([sys.executable, "-m", "venv", "--clear", str(folder)])
    others = ["--no-deps"] if contestant.complete else ["-c", str(CONSTRAINTS)]
    wanted = ["-r", str(contestant.requirements), *others]
    run([str(python), "-m", "pip", "install", "--quiet", *wanted])
    if contestant.from_checkout:
        run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", "-e", str(CHECKOUT)])
    ask = f"import importlib.metadata as m; print(m.version({contestant.distribution!r}))"
    return run([str(python), "-c", ask]).strip()


def run_command(command: list[str]) -> str:
    """Run *command* and return what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkFailed(" ".join(command), done.stderr)
    return done.stdout
