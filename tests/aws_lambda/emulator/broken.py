"""Collectors that do not work, each in its own way; an address of one is what a block yields."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.aws_lambda.emulator.receivers import LOOPBACK

NAMESERVER = "127.53.53.53"  # an address that no resolver of a machine's own has


@contextmanager
def hung() -> Iterator[str]:
    """Yield the address of a collector that takes what is sent, and never answers."""
    with _accepting(lambda connection: connection.recv(1)) as address:
        yield address


@contextmanager
def killed() -> Iterator[str]:
    """Yield the address of a collector that is killed in the middle of each request."""

    def cut(connection: socket.socket) -> None:
        connection.recv(64)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()  # with what has not been read: the client gets a reset

    with _accepting(cut) as address:
        yield address


@contextmanager
def refused() -> Iterator[str]:
    """Yield an address where nobody listens, and which nobody else gets."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        yield f"{LOOPBACK}:{taken.getsockname()[1]}"


@contextmanager
def unreachable() -> Iterator[str]:
    """Yield the address of a collector to which no connection is made, and none is refused."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind((LOOPBACK, 0))
        server.listen(0)
        for _ in range(8):  # the queue is full then: Linux drops the packets of further clients
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"{LOOPBACK}:{server.getsockname()[1]}"


@contextmanager
def silent_nameserver() -> Iterator[str]:
    """
    Yield the address of a name server that never answers.

    Raises:
        PermissionError: its port is reserved for the machine's administrator.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((NAMESERVER, 53))
        yield NAMESERVER


@contextmanager
def _accepting(serve: Callable[[socket.socket], object]) -> Iterator[str]:
    connections: list[socket.socket] = []
    with socket.create_server((LOOPBACK, 0), backlog=64) as server:

        def accept() -> None:
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:  # closed: the block has ended
                    return
                connections.append(connection)
                with contextlib.suppress(OSError):
                    serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"{LOOPBACK}:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for connection in connections:
                connection.close()
            thread.join()
