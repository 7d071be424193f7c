"""``otel-xray story``: all traces that carry a business key, in one order of time."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from otel_xray.settings import environment

EXIT_NOTHING = 1

_TRACES = 100
_MOST_TRACES = 500  # as the console's API has it
_ROWS = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.epilog = (
        "Exit code 0: there are traces; 1: there are none; 2: the question or the place is wrong."
    )
    parser.add_argument(
        "pairs",
        nargs="+",
        metavar="KEY=VALUE",
        help="an annotation, as in orderId=71032; a trace must have all of them",
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--db",
        type=Path,
        metavar="PATH",
        help="database of a console, running or not (default: that of otel-xray console)",
    )
    place.add_argument(
        "--url",
        metavar="CONSOLE",
        help="address of a running console, as it printed it: http://127.0.0.1:2000/",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument(
        "--traces",
        type=_at_most(_MOST_TRACES),
        default=_TRACES,
        metavar="N",
        help="the newest N traces (default: %(default)s)",
    )
    parser.add_argument(
        "--rows",
        type=_at_most(1_000_000),
        default=_ROWS,
        metavar="N",
        help="the first N segments and subsegments of each (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> int:
    """
    Print the story.

    Raises:
        ConfigurationError: a pair is none, or there is no console or database to ask.
    """
    from otel_xray.cli import storyline

    found, where = _asked(options) if options.url else _read(options)
    if options.json:
        _say(json.dumps(found, indent=2))
    else:
        _say(*storyline.lines(found, options.rows))
    if found["traces"]:
        return 0
    sys.stderr.write(f"otel-xray story: No trace has {' and '.join(options.pairs)} in {where}.\n")
    return EXIT_NOTHING


def _read(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Return the story in a database, and what that is called."""
    from otel_xray.console.query import story
    from otel_xray.console.store.location import default_path
    from otel_xray.console.store.reader import SqliteReader

    asked = story.wanted(options.pairs)
    path: Path = options.db or default_path(environment())
    with SqliteReader(path) as reader:
        return story.story(asked, reader.correlated(asked, options.traces)), str(path)


def _asked(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Return the story that a running console tells, and its address."""
    from otel_xray.cli.console_client import ConsoleClient

    console = ConsoleClient.at(options.url)
    pairs = [("pair", pair) for pair in options.pairs]
    return console.ask("/api/story", [*pairs, ("limit", options.traces)]), console.url


def _say(*lines: str) -> None:
    """Print *lines*, whatever the terminal's encoding has no character for."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        sys.stdout.write(f"{line.encode(encoding, 'backslashreplace').decode(encoding)}\n")


def _at_most(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
            raise argparse.ArgumentTypeError(_wrong(text, most))
        if not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(_wrong(text, most))
        return int(text)

    return number


def _wrong(text: str, most: int) -> str:
    return f"{text!r:.40} is no number of them; write one from 1 to {most}"
