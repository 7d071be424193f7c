"""Lines at the end of a file that several processes may write to."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress

from otel_xray.errors import TransportError
from otel_xray.transport.base import NO_ANSWER

MODE = 0o600  # what spans hold is nobody else's business; a file that exists keeps its own


class FileTransport:
    """
    Appends each payload to a file, whole or not at all.

    The file is opened for each payload, so it may be moved away at any time, and a forked child
    shares nothing with its parent.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def send(self, payload: bytes, timeout: float) -> bytes:  # noqa: ARG002  local files answer at once
        """Append *payload*."""
        try:
            with _opened(self._path) as file:
                _append(file, payload)
        except OSError as error:
            msg = f"cannot write to {self._path} ({error.strerror or error})"
            raise TransportError(msg) from error
        return NO_ANSWER

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


@contextmanager
def _opened(path: str) -> Generator[int, None, None]:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), MODE)
    try:
        _lock(file)  # closing unlocks
        yield file
    finally:
        os.close(file)


def _lock(file: int) -> None:
    """Keep other processes from writing in between, where the system can."""
    try:
        import fcntl  # noqa: PLC0415  there is none on Windows
    except ImportError:
        return
    fcntl.flock(file, fcntl.LOCK_EX)


def _append(file: int, payload: bytes) -> None:
    size = os.fstat(file).st_size
    rest = memoryview(payload)
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError:
        if len(rest) < len(payload):  # half a line would spoil the next one, too
            with suppress(OSError):  # a pipe has no end to cut off
                os.ftruncate(file, size)
        raise
