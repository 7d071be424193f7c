"""``otel-xray verify``: the segments of a program under the X-Ray SDK and under the alias."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from otel_xray.compat.verify import comparison, differences, report, sides
from otel_xray.compat.verify.sides import Outcome, Side
from otel_xray.errors import ConfigurationError
from otel_xray.settings import environment

VALUED = ("--timeout",)  # options of its own that are followed by a value

_EQUAL, _DIFFERENT = 0, 1
_LAST_LINES = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options; the program's words are no options of ours."""
    parser.usage = "otel-xray verify [-h] [--timeout SECONDS] [--] PROGRAM [ARGUMENT ...]"
    parser.epilog = (
        "PROGRAM is a command (python app.py), a script (app.py) or -m MODULE; it runs twice and "
        "must end by itself. Exit code 0: equal, but for listed differences."
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="how long each run may take (default: %(default)g)",
    )


def run(options: argparse.Namespace) -> int:
    """
    Run the program twice, and print how the segments differ.

    Raises:
        ConfigurationError: there is no such program, or the X-Ray SDK is not installed.
    """
    if not sides.original_is_installed():
        msg = "There is no X-Ray SDK to compare with; run pip install aws-xray-sdk."
        raise ConfigurationError(msg)
    outcomes: list[Outcome] = []
    for side in Side:
        outcome = sides.run(side, options.program, environment(), options.timeout)
        if outcome.code is None:
            _say(f"The program was still running after {options.timeout:g} s under {side.value}.")
            _say("It must end by itself; --timeout gives it more time.", *_end_of(outcome))
            return _DIFFERENT
        outcomes.append(outcome)
    return _compared(*outcomes)


def _compared(original: Outcome, alias: Outcome) -> int:
    if original.code or alias.code:
        for outcome in (original, alias):
            _say(f"Exit code {outcome.code} under {outcome.side.value}.", *_end_of(outcome))
    if not original.forest and not alias.forest:
        _say("The program has sent no segment, under neither; is it the right one?")
        return _DIFFERENT
    changes = comparison.compare(original.forest, alias.forest)
    _say(*report.lines(original.forest, alias.forest, changes))
    _say(*report.summary(original.forest, changes))
    unlisted = any(differences.number_of(change) is None for change in changes)
    return _DIFFERENT if unlisted or original.code != alias.code else _EQUAL


def _end_of(outcome: Outcome) -> Iterable[str]:
    return (f"    {line}" for line in outcome.stderr.splitlines()[-_LAST_LINES:])


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        msg = f"{text!r} is no time; write a number of seconds above 0"
        raise argparse.ArgumentTypeError(msg)
    return seconds
