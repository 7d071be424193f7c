"""``otel-xray layer build``: a layer for AWS Lambda."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from otel_xray.errors import ConfigurationError
from otel_xray.settings import environment

_NEEDED = "packaging"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    summary = "write the layer as a zip file, and say how large it is"
    _configure_build(actions.add_parser("build", help=summary, description=summary))


def run(options: argparse.Namespace) -> int:
    """
    Build the layer, and print its size report.

    Raises:
        ConfigurationError: something that was asked for is not to be had; nothing is written.
    """
    try:
        from otel_xray.aws_lambda.layer.build import Order, build
        from otel_xray.aws_lambda.layer.resolution import Source
    except ModuleNotFoundError as error:
        if error.name != _NEEDED:
            raise
        msg = f"Layers need {_NEEDED}; run pip install 'otel-xray[layer]'."
        raise ConfigurationError(msg) from error
    order = Order(
        output=options.output,
        pythons=options.python or [f"{sys.version_info.major}.{sys.version_info.minor}"],
        architecture=options.arch,
        extras=options.extras or [],
        wheel=options.wheel,
        source=Source(options.find_links, options.constraint),
        collector=options.collector,
        collector_config=options.collector_config,
        bytecode=options.pyc,
    )
    report = build(order, environment())
    lines = [json.dumps(report.as_json(), indent=2)] if options.json else report.lines()
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _configure_build(parser: argparse.ArgumentParser) -> None:
    several: dict[str, Any] = {"nargs": "+", "action": _Several}
    parser.add_argument(
        "--python",
        metavar="VERSION",
        help="Python of the function, such as 3.13; several make one layer for all of them, "
        "without bytecode (default: the one that runs this)",
        **several,
    )
    parser.add_argument(
        "--arch",
        default="x86_64",
        metavar="NAME",
        help="processor of the function: x86_64 or arm64 (default: %(default)s)",
    )
    parser.add_argument(
        "--with",
        dest="extras",
        metavar="EXTRA",
        help="extras of otel-xray that are added, such as compat",
        **several,
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("layer.zip"),
        metavar="FILE",
        help="the zip file (default: %(default)s)",
    )
    parser.add_argument(
        "--pyc",
        action=argparse.BooleanOptionalAction,
        help="bytecode for every Python, or for none (default: for a single one whose "
        "interpreter is here)",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    for name, metavar, what in (
        ("--collector", "FILE", "a collector's program, which becomes an extension"),
        ("--collector-config", "FILE", "its configuration (default: OTLP in, X-Ray out)"),
        ("--wheel", "FILE", "otel-xray as a wheel (default: as it is installed)"),
        ("--find-links", "FOLDER", "take the other wheels from here, and ask no index"),
        ("--constraint", "FILE", "versions to take, as for pip"),
    ):
        parser.add_argument(name, type=Path, metavar=metavar, help=what)


class _Several(argparse.Action):
    """Collects words that may be separated by commas, over all uses of the option."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002  argparse's signature
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,  # noqa: ARG002  argparse's signature
    ) -> None:
        """Add *values* to what the option has got so far."""
        words = [word for value in values or () for word in value.split(",") if word]
        earlier: list[str] = getattr(namespace, self.dest) or []
        setattr(namespace, self.dest, [*earlier, *words])
