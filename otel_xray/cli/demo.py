"""``otel-xray demo``: a traced order application."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

from otel_xray.errors import ConfigurationError

_NEEDED = (
    "awslambdaric",
    "boto3",
    "flask",
    "flask_cors",
    "moto",
    "requests",
    "rich",
    "starlette",
    "uvicorn",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--once", action="store_true", help="end when all traces have arrived")
    parser.add_argument("--orders", type=_positive, default=12, metavar="N", help="default 12")
    parser.add_argument("--db", type=Path, metavar="PATH", help="keep the traces in this file")
    for name, default, what in (
        ("--port", 2000, "console and X-Ray daemon"),
        ("--otlp-port", 4318, "OTLP"),
        ("--front-port", 8080, "order API"),
    ):
        parser.add_argument(
            name, type=_port, default=default, help=f"{what}; default {default}, 0 a free one"
        )


def run(options: argparse.Namespace) -> int:
    """
    Run the demo.

    Raises:
        ConfigurationError: packages are missing, or a port or the database cannot be used.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        msg = f"The demo needs {', '.join(missing)}; pip install 'otel-xray[demo]'."
        raise ConfigurationError(msg)
    from otel_xray.demo.run import Options, run
    from otel_xray.demo.system import Ports

    ports = Ports(options.port, options.otlp_port, options.front_port)
    return run(Options(options.once, options.orders, ports, options.db))


def _positive(text: str) -> int:
    number = _integer(text)
    if number < 1:
        msg = f"{text!r} is too few; place at least 1 order"
        raise argparse.ArgumentTypeError(msg)
    return number


def _port(text: str) -> int:
    number = _integer(text)
    if not 0 <= number <= 65535:  # noqa: PLR2004  what TCP has
        msg = f"{text!r} is no port; use 0 to 65535"
        raise argparse.ArgumentTypeError(msg)
    return number


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        msg = f"{text!r} is no whole number"
        raise argparse.ArgumentTypeError(msg) from None
