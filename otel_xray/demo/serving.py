"""Serving a WSGI application on the loopback in a process of its own."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from otel_xray.errors import ConfigurationError

HOST = "127.0.0.1"
EXIT_USAGE = 2
READY = "ready "  # + URL: the line that a process prints when it can be called


class QuietHandler(WSGIRequestHandler):
    """A request handler that logs nothing: the traces are the log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *arguments: Any) -> None:  # noqa: A002  theirs
        """Say nothing."""


def listen(name: str, port: int, option: str = "--port") -> socket.socket:
    """
    Take *port* of the loopback; 0 chooses a free one.

    Args:
        name: of what listens; for people.
        port: of TCP.
        option: how people choose another one.

    Raises:
        ConfigurationError: the port is in use.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        msg = f"{name} cannot listen on {HOST}:{port} ({error.strerror}); choose another {option}."
        raise ConfigurationError(msg) from error
    listener.listen(128)
    return listener


def url(listener: socket.socket) -> str:
    """Return the base URL of what listens there."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


def run(
    name: str,
    application: Any,
    arguments: Sequence[str] | None = None,
    *,
    option: str = "--port",
) -> int:
    """
    Serve *application* at the port that the command line names, until terminated.

    Args:
        name: of what is served; for people.
        application: WSGI.
        arguments: of the command line.
        option: how people choose another port.
    """
    parser = argparse.ArgumentParser(description=f"{name}, on the loopback.")
    parser.add_argument("--port", type=int, default=0)
    try:
        listener = listen(name, parser.parse_args(arguments).port, option)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    serve(application, listener)
    announce(listener)
    until_terminated()
    return 0


def serve(
    application: Any,
    listener: socket.socket,
    handler: type[WSGIRequestHandler] = QuietHandler,
) -> None:
    """Serve in the background, with a thread for each request."""
    port = listener.getsockname()[1]
    server = make_server(
        HOST, port, application, threaded=True, request_handler=handler, fd=listener.fileno()
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()


def announce(listener: socket.socket) -> None:
    """Print the ready line."""
    sys.stdout.write(f"{READY}{url(listener)}\n")
    sys.stdout.flush()


def until_terminated() -> None:
    """Wait for SIGTERM or Ctrl-C."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ended.set())
    while not ended.wait(3600):
        continue
