"""``otel-xray collector check``: what a collector's configuration file needs, and gets wrong."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from otel_xray.errors import ConfigurationError
from otel_xray.settings import environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from otel_xray.collector_files import Finding, Report, Variable

_GOOD, _BAD = 0, 1
_NEEDED = "yaml"
_SECONDS = 60
_LAST_LINES = 10
_LONG = 8  # characters; a shorter value is no secret


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    summary = "check a collector's configuration file: variables, addresses, common mistakes"
    check = actions.add_parser("check", help=summary, description=summary)
    check.epilog = "Exit code 0: no error; 1: an error; 2: the file cannot be checked."
    check.add_argument("file", type=Path, metavar="FILE", help="the file, in YAML")
    check.add_argument(
        "--collector",
        type=Path,
        metavar="PATH",
        help="a collector's program, which validates the file, too",
    )
    check.add_argument(
        "--adot", action="store_true", help="what ADOT does not have is an error, not a note"
    )
    check.add_argument(
        "--unset-ok", action="store_true", help="variables that are not set are notes, not errors"
    )
    check.add_argument("--json", action="store_true", help="print the report as JSON")


def run(options: argparse.Namespace) -> int:
    """
    Check the file, and print what was found.

    Raises:
        ConfigurationError: the file, the collector or what reads YAML is not there.
    """
    try:
        from otel_xray.collector_files import Level, check
    except ModuleNotFoundError as error:
        if error.name != _NEEDED:
            raise
        msg = "Reading YAML needs PyYAML; run pip install 'otel-xray[collector]'."
        raise ConfigurationError(msg) from error
    unset = Level.NOTE if options.unset_ok else Level.ERROR
    report = check(_read(options.file), environment(), adot=options.adot, unset=unset)
    refused = None
    if options.collector:
        said = _validate(options.collector, options.file)
        refused = _without_values(said, report.variables)
    shown = _as_json(report, refused) if options.json else _as_text(options.file, report, refused)
    sys.stdout.write(f"{shown}\n")
    return _BAD if report.failed or refused else _GOOD


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{str(path)!r} cannot be read: {error.strerror}."
        raise ConfigurationError(msg) from None
    except UnicodeDecodeError:
        msg = f"{str(path)!r} is no text in UTF-8."
        raise ConfigurationError(msg) from None


def _validate(collector: Path, file: Path) -> list[str]:
    """Return the lines with which *collector* refuses *file*; none where it accepts it."""
    try:
        finished = subprocess.run(  # noqa: S603  the program that the user named
            [str(collector), "validate", "--config", str(file)],
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return [f"It has not answered in {_SECONDS} s."]
    except OSError as error:
        msg = f"The collector {str(collector)!r} cannot be run: {error.strerror}."
        raise ConfigurationError(msg) from None
    if finished.returncode == 0:
        return []
    said = [line for line in finished.stderr.splitlines() if line.strip()]
    return said[-_LAST_LINES:] or [f"It ended with code {finished.returncode}."]


def _without_values(lines: list[str], variables: Sequence[Variable]) -> list[str]:
    """Take the values of *variables* out of *lines*: the collector quotes what it refuses."""
    environ = environment()
    values = {environ.get(variable.name, "") for variable in variables}
    for value in sorted((value for value in values if len(value) >= _LONG), key=len, reverse=True):
        lines = [line.replace(value, "…") for line in lines]
    return lines


def _as_text(path: Path, report: Report, refused: list[str] | None) -> str:
    lines = [f"{path}:{_line(finding)}" for finding in report.findings]
    if report.variables:
        width = max(len(variable.name) for variable in report.variables)
        lines.append("variables:")
        for variable in report.variables:
            need = "required" if variable.required else "optional"
            state = "set" if variable.is_set else "not set"
            lines.append(f"  {variable.name:<{width}}  {need}, {state}")
    lines.append(f"ADOT: {'has every component' if report.adot else 'cannot run it'}")
    if refused is not None:
        lines.append(f"collector: {'refuses it' if refused else 'accepts it'}")
        lines.extend(f"  {line}" for line in refused)
    errors = sum(finding.level.value == "error" for finding in report.findings)
    warnings = sum(finding.level.value == "warning" for finding in report.findings)
    lines.append(f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}")
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    return (
        f"{finding.line}: {finding.level.value}: {finding.message} {finding.remedy} "
        f"[{finding.rule}]"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _as_json(report: Report, refused: list[str] | None) -> str:
    return json.dumps(
        {
            "findings": [
                {**finding._asdict(), "level": finding.level.value} for finding in report.findings
            ],
            "variables": [variable._asdict() for variable in report.variables],
            "adot": report.adot,
            "refused": refused,
            "failed": report.failed or bool(refused),
        },
        indent=2,
    )
