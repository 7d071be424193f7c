"""``otel-xray env``: what a preset sets, in OpenTelemetry's own variables."""

from __future__ import annotations

import argparse
import sys

from otel_xray.backends import BACKENDS
from otel_xray.cli.handover import forms, plain


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.epilog = (
        "With these variables OpenTelemetry's own SDK sends where the preset does, without "
        "otel-xray. Credentials are not read, and not shown."
    )
    parser.add_argument(
        "--backend",
        required=True,
        choices=sorted(BACKENDS),
        metavar="NAME",
        help=f"the preset: {', '.join(BACKENDS)}",
    )
    parser.add_argument(
        "--format",
        default=forms.NAMES[0],
        choices=forms.NAMES,
        help="what to write (default: %(default)s)",
    )
    parser.add_argument(
        "--lambda",
        dest="in_lambda",
        action="store_true",
        help="for a Lambda function; sam always is",
    )


def run(options: argparse.Namespace) -> int:
    """Print them."""
    in_lambda = options.in_lambda or options.format == forms.SAM
    found = plain.of(BACKENDS[options.backend], in_lambda=in_lambda)
    sys.stdout.writelines(f"{line}\n" for line in forms.lines(found, options.format))
    return 0
