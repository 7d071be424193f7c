"""``otel-xray console``: receive traces and show them in a browser."""

from __future__ import annotations

import argparse
import gc
import signal
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from otel_xray.console.store.location import default_path
from otel_xray.errors import ConfigurationError
from otel_xray.settings import environment

_PORTS = 1 << 16
_NEEDED = frozenset({"starlette", "uvicorn", "anyio", "google", "h11"})
_OTLP_MESSAGES = "opentelemetry.proto"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options to *parser*."""
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="where HTTP listens; other than loopback every request needs the token that is "
        "printed (default: %(default)s)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=2000,
        help="page, API and X-Ray segments over UDP; 0 takes a free port (default: %(default)s)",
    )
    parser.add_argument(
        "--otlp-port",
        type=_port,
        default=4318,
        help="the same for OTLP exporters; 0 takes a free port (default: %(default)s)",
    )
    parser.add_argument(
        "--db",
        type=Path,
        metavar="PATH",
        help="SQLite database (default: otel-xray/console.db in the user's cache directory)",
    )


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; everything acknowledged is stored then."""
    try:
        from otel_xray.console.server import ConsoleServer, ConsoleSettings
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in _NEEDED or _OTLP_MESSAGES in (error.name or ""):
            msg = f"The console needs {error.name}; run pip install 'otel-xray[console]'."
            raise ConfigurationError(msg) from error
        raise
    database: Path = options.db or default_path(environment())
    settings = ConsoleSettings(database, options.host, options.port, options.otlp_port)
    with _stop_signal() as stop, ConsoleServer(settings) as server:
        gc.freeze()  # what start-up made is never garbage; decoding runs up to 5 times faster
        sys.stdout.write(f"{server.ready_line()}\n")
        sys.stdout.flush()
        stop.recv(1)
        # a second Ctrl-C need not wait for connections to end; nothing acknowledged is lost
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return 0


@contextmanager
def _stop_signal() -> Generator[socket.socket]:
    """Yield a socket that becomes readable at the first SIGINT or SIGTERM."""
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    numbers = (signal.SIGINT, signal.SIGTERM)
    earlier = [signal.signal(number, _teller(sender)) for number in numbers]
    try:
        yield receiver
    finally:
        for number, handler in zip(numbers, earlier, strict=True):
            signal.signal(number, handler)
        receiver.close()
        sender.close()


def _teller(sender: socket.socket) -> Callable[[int, FrameType | None], None]:
    def tell(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  signal's signature
        with suppress(BlockingIOError):  # told often enough already
            sender.send(b"\0")

    return tell


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > len(str(_PORTS)):
        raise argparse.ArgumentTypeError(_bad_port(text))
    if int(text) >= _PORTS:
        raise argparse.ArgumentTypeError(_bad_port(text))
    return int(text)


def _bad_port(text: str) -> str:
    return f"{text!r} is not a port; write a number from 0 to {_PORTS - 1}"
