"""A thread that does one job again and again, for a caller who waits only so long."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


class Worker:
    """
    Does *job* in a thread of its own.

    The thread is started when it is first needed and kept, since starting one costs more than
    most jobs; in a forked child, where it does not exist, another is started. A job that is asked
    for while one is still being done is done after it.
    """

    def __init__(self, job: Callable[[], None]) -> None:
        """
        Prepare.

        Args:
            job: must not raise.
        """
        self._job = job
        self._owner = 0
        self._start()

    def run(self, timeout: float) -> bool:
        """Do the job, and say whether it was done within *timeout* seconds."""
        return self.wait(self.ask(), timeout)

    def ask(self) -> int:
        """Have the job done, and return the number to `wait` for."""
        if self._owner != os.getpid():
            self._start()
        with self._changed:
            self._asked += 1
            number = self._asked
            if self._thread is None and not self._begin():
                self._job()
                self._done = number
            else:
                self._changed.notify_all()
            return number

    def wait(self, number: int, timeout: float) -> bool:
        """Say whether the job that was asked for by *number* is done within *timeout* seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._done >= number, timeout)

    def prepare(self) -> None:
        """Have the thread at hand: when Python ends, none can be started any more."""
        if self._owner != os.getpid():
            self._start()
            with self._changed:
                self._begin()

    def _start(self) -> None:
        """Forget everything about a thread that is not there."""
        self._changed = threading.Condition()
        self._asked = 0
        self._done = 0
        self._thread: threading.Thread | None = None

    def _begin(self) -> bool:
        self._owner = os.getpid()
        thread = threading.Thread(target=self._work, name="otel-xray", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # Python is ending and starts no threads any more
            return False
        self._thread = thread
        return True

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._asked > self._done)
                number = self._asked
            self._job()
            with self._changed:
                self._done = number
                self._changed.notify_all()
