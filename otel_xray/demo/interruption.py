"""
Ctrl-C and SIGTERM, at moments when they do no harm.

A `KeyboardInterrupt` between the start of a process and the note that it has to be ended, or in
the middle of ending it, would leave the process behind.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Raises `KeyboardInterrupt` when a signal comes, or when its deferral ends."""

    def __init__(self) -> None:
        self._deferred = 0
        self._pending = False

    @contextmanager
    def deferred(self) -> Generator[None]:
        """Let signals wait for the end of the block."""
        self.hold()
        try:
            yield
        finally:
            self._deferred -= 1
        if self._pending and not self._deferred:
            self._pending = False
            raise KeyboardInterrupt

    def hold(self) -> None:
        """Let signals wait from now on: the clean-up has begun."""
        self._deferred += 1

    def receive(self, *_: Any) -> None:
        """Handle a signal."""
        if not self._deferred:
            raise KeyboardInterrupt
        self._pending = True


@contextmanager
def handled() -> Generator[Interruption]:
    """Handle signals for the length of a block; only the main thread gets any."""
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    before = {number: signal.signal(number, interruption.receive) for number in _SIGNALS}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
