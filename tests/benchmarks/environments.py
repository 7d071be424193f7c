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
        contestant.requirements.read_text(encoding="utf-8"),
        CONSTRAINTS.read_text(encoding="utf-8"),
        sys.version,
        str(CHECKOUT) if contestant.from_checkout else "",
    )
    return f"{contestant.key}-{hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]}"


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
    wanted = ["-r", str(contestant.requirements), "-c", str(CONSTRAINTS)]
    run([str(python), "-m", "pip", "install", "--quiet", *wanted])
    if contestant.from_checkout:
        ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
        packages = Path(run([str(python), "-c", ask]).strip())
        (packages / "checkout.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")
    ask = f"import importlib.metadata as m; print(m.version({contestant.distribution!r}))"
    return run([str(python), "-c", ask]).strip()


def run_command(command: list[str]) -> str:
    """Run *command* and return what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkFailed(" ".join(command), done.stderr)
    return done.stdout
