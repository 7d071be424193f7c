"""A thread that acts shortly before an invocation times out, unless that ends in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from otel_xray.spans.budget import MARGIN

HEADROOM = 2 * MARGIN  # seconds before the deadline: what is sent then needs some, too


class Deadline:
    """
    Watches one invocation after the other.

    The thread is started by the first, and sleeps till the deadline that it knows. An invocation
    that ends earlier does not wake it: when it wakes, it looks whether there is another one, whose
    deadline is later in any case.
    """

    def __init__(self, act: Callable[[], None], clock: Callable[[], float] = time.time) -> None:
        """
        Prepare.

        Args:
            act: called in the thread, at most once an invocation; must not raise.
            clock: seconds since the epoch.
        """
        self._act = act
        self._clock = clock
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._idle = False
        self._started = False

    def watch(self, deadline: float) -> None:
        """Act before *deadline*, in seconds since the epoch, unless `stop` is called earlier."""
        with self._changed:
            self._deadline = deadline
            if not self._started:
                self._started = self._start()
            elif self._idle:
                self._changed.notify()

    def stop(self) -> None:
        """The invocation has ended."""
        self._deadline = None

    def _start(self) -> bool:
        thread = threading.Thread(target=self._run, name="otel-xray deadline", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads: then nothing is sent early
            return False
        return True

    def _run(self) -> None:
        while True:
            with self._changed:
                self._wait()
            self._act()

    def _wait(self) -> None:
        """Return when there is an invocation whose deadline has come."""
        while True:
            deadline = self._deadline
            left = None if deadline is None else deadline - HEADROOM - self._clock()
            if left is not None and left <= 0:
                self._deadline = None
                return
            self._idle = left is None
            self._changed.wait(left)
