"""
Which wheels a layer needs, and getting them.

pip chooses the versions and fetches them. It matches wheels with the target, but it evaluates the
markers of dependencies for the Python that it runs under; so what is needed is worked out here
from the wheels' own metadata, and what pip did not see is asked for in another round.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from otel_xray.aws_lambda.layer import wheel
from otel_xray.aws_lambda.layer.target import Target
from otel_xray.aws_lambda.layer.wheel import Wheel
from otel_xray.errors import ConfigurationError

_PIP = (
    *(sys.executable, "-m", "pip", "download", "--only-binary=:all:", "--implementation=cp"),
    *("--quiet", "--progress-bar=off", "--no-input", "--disable-pip-version-check"),
)
_NOT_REACHED = ("connection error", "NewConnectionError", "Max retries exceeded", "timed out")
_ERROR = "ERROR: "
_NONE_FITS = ("No matching distribution found for ", "Cannot install ")
_NO_PIP = "No module named pip"


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where wheels come from.

    Attributes:
        folder: holds them, and nothing else is asked; None: what pip is set up to ask.
        constraints: file with the versions to take; None: the newest.
    """

    folder: Path | None = None
    constraints: Path | None = None


def fetch(wanted: Sequence[Requirement], target: Target, source: Source, into: Path) -> list[Wheel]:
    """
    Return the wheels of *wanted* and of all that they need, by name.

    Args:
        wanted: what shall be there.
        target: what the wheels shall run on.
        source: where they come from.
        into: an empty folder to keep them in.

    Raises:
        ConfigurationError: there is no such wheel, or nothing can be fetched.
    """
    if source.folder and not source.folder.is_dir():
        msg = f"There is no folder {str(source.folder)!r}; --find-links takes one with wheels."
        raise ConfigurationError(msg)
    into.mkdir()
    asked = list(wanted)
    while True:
        _download(asked, target, source, into)
        there = {found.name: found for found in map(wheel.read, sorted(into.glob("*.whl")))}
        needed, missing = _closure(wanted, there, target)
        if not missing:
            return sorted(needed, key=lambda found: found.name)
        asked += missing  # pip fetches all that it is asked for, or fails: this ends


def _closure(
    wanted: Iterable[Requirement], there: Mapping[str, Wheel], target: Target
) -> tuple[set[Wheel], list[Requirement]]:
    """Return which of the wheels that are there are needed, and what is needed beside them."""
    needed: set[Wheel] = set()
    missing: list[Requirement] = []
    seen: set[tuple[str, str]] = set()
    open_ = list(wanted)
    while open_:
        requirement = open_.pop()
        found = there.get(canonicalize_name(requirement.name))
        if found is None:
            missing.append(_without_marker(requirement))
            continue
        needed.add(found)
        for extra in ("", *sorted(requirement.extras)):
            if (found.name, extra) not in seen:
                seen.add((found.name, extra))
                open_ += [stated for stated in found.requirements if target.needs(stated, extra)]
    return needed, missing


def _download(asked: Sequence[Requirement], target: Target, source: Source, into: Path) -> None:
    for former in into.glob("*.whl"):  # the new round may choose other versions
        former.unlink()
    command = [*_PIP, "--python-version", target.python, "--dest", str(into)]
    command += [f"--platform={platform}" for platform in target.platforms]
    if source.folder:
        command += ["--no-index", "--find-links", str(source.folder)]
    if source.constraints:
        own = into.with_suffix(".constraints")
        own.write_text(_constraints(source.constraints, target), encoding="utf-8")
        command += ["--constraint", str(own)]
    command += [str(_without_marker(requirement)) for requirement in asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    if done.returncode:
        raise ConfigurationError(_explained(done.stderr, target, source))


def _constraints(path: Path, target: Target) -> str:
    """Return the constraints that hold for *target*, without markers."""
    lines: list[str] = []
    for line in _lines(path):
        try:
            requirement = Requirement(line.partition(" #")[0])
        except InvalidRequirement:
            lines.append(line)  # an option or a comment: pip's business
            continue
        if target.needs(requirement):
            lines.append(str(_without_marker(requirement)))
    return "\n".join(lines)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The constraints {str(path)!r} cannot be read: {getattr(error, 'strerror', error)}."
        raise ConfigurationError(msg) from None


def _without_marker(requirement: Requirement) -> Requirement:
    bare = Requirement(str(requirement))
    bare.marker = None
    return bare


def _explained(complaint: str, target: Target, source: Source) -> str:
    """Return one line for what pip says in many."""
    if _NO_PIP in complaint:
        return "Wheels are fetched by pip, which is missing here; install 'otel-xray[layer]'."
    if any(sign in complaint for sign in _NOT_REACHED):
        return (
            f"The package index does not answer, so the wheels for {target} cannot be fetched; "
            "try again, or name a folder that has them with --find-links."
        )
    errors = [
        line.removeprefix(_ERROR) for line in complaint.splitlines() if line.startswith(_ERROR)
    ]
    for error in errors:
        for sign in _NONE_FITS:
            if error.startswith(sign):
                return _no_wheel(error.removeprefix(sign).partition(" because ")[0], target, source)
    return f"pip cannot fetch the wheels for {target}: {errors[0] if errors else complaint.strip()}"


def _no_wheel(wanted: str, target: Target, source: Source) -> str:
    place = f" in {str(source.folder)!r}" if source.folder else ""
    fitting = " that fits the constraints" if source.constraints else ""
    return (
        f"There is no wheel of {wanted!r} for {target}{place}{fitting}; "
        "take other versions by --constraint, or another Python or processor."
    )
