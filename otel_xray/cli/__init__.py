"""The command ``otel-xray``; one module a sub-command, loaded when it is chosen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from otel_xray.errors import OtelXrayError
from otel_xray.version import __version__

COMMANDS = {
    "console": "an X-Ray on the desk: receive traces and show them in a browser",
    "demo": "a traced order application: process, store and confirm orders",
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
    modules: dict[str, ModuleType] = {}
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name in words:
            modules[name] = import_module(f"otel_xray.cli.{name}")
            modules[name].configure(command)
    options = parser.parse_args(words)
    try:
        return int(modules[options.command].run(options))
    except OtelXrayError as error:
        sys.stderr.write(f"otel-xray {options.command}: {error}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
