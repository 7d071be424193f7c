"""``otel-xray run``: a program whose X-Ray code records OpenTelemetry spans."""

from __future__ import annotations

import argparse
import os
import sys

from otel_xray.compat import launch
from otel_xray.errors import ConfigurationError
from otel_xray.settings import environment

VALUED: tuple[str, ...] = ()  # options of its own that are followed by a value


def configure(parser: argparse.ArgumentParser) -> None:
    """Say how the command is used; the program's words are no options of ours."""
    parser.usage = "otel-xray run [-h] [--] PROGRAM [ARGUMENT ...]"
    parser.epilog = (
        "PROGRAM is a command (python app.py, gunicorn shop:app), a script (app.py) or -m MODULE."
    )


def run(options: argparse.Namespace) -> int:
    """
    Become the program: its signals, streams and exit code are this process's.

    Raises:
        ConfigurationError: there is no program of that name, or it cannot be executed.
    """
    environ = environment()
    words = launch.command(options.program, environ)
    sys.stdout.flush()
    try:
        os.execvpe(words[0], words, launch.environment(environ, str(os.getpid())))  # noqa: S606  no shell is wanted
    except OSError as error:
        msg = f"The program {words[0]!r} cannot be executed: {error.strerror or error}."
        raise ConfigurationError(msg) from error
