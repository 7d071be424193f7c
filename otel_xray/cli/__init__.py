"""The command ``otel-xray``; one module a sub-command, loaded when it is chosen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from otel_xray.cli import program
from otel_xray.errors import OtelXrayError
from otel_xray.version import __version__

COMMANDS = {
    "collector": "check a configuration file of an OpenTelemetry collector",
    "console": "an X-Ray on the desk: receive traces and show them in a browser",
    "demo": "a traced order application: process, store and confirm orders",
    "doctor": "say where spans go and why, and what is set up wrongly",
    "env": "print a preset in OpenTelemetry's own variables",
    "layer": "build a layer for AWS Lambda",
    "run": "run a program whose X-Ray SDK code records OpenTelemetry spans",
    "story": "show all traces that carry a business key, in one order of time",
    "verify": "run a program under the X-Ray SDK and under this one, and compare the segments",
}

EXIT_FAILURE = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    parser = argparse.ArgumentParser(prog="otel-xray", description="X-Ray on OpenTelemetry.")
    parser.add_argument("--version", action="version", version=f"otel-xray {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in words if not word.startswith("-")), None)
    module: ModuleType | None = None
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name == chosen:
            module = import_module(f"otel_xray.cli.{name}")
            module.configure(command)
    options = _options(parser, words, module)
    try:
        return int(module.run(options)) if module else EXIT_USAGE
    except OtelXrayError as error:
        sys.stderr.write(f"otel-xray {options.command}: {error}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _options(
    parser: argparse.ArgumentParser, words: list[str], module: ModuleType | None
) -> argparse.Namespace:
    """Read *words*; for a command that takes a program, that one's words are kept apart."""
    valued = getattr(module, "VALUED", None)
    if valued is None:
        return parser.parse_args(words)
    after = next(place for place, word in enumerate(words, 1) if not word.startswith("-"))
    own, rest = program.split(words[after:], valued)
    options = parser.parse_args([*words[:after], *own])
    options.program = rest
    if not rest:
        parser.error(f"{options.command} needs a program, as in: {options.command} python app.py")
    return options
