"""Log lines about what other programs do wrong, so few that a flood of it drowns nothing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

INTERVAL = 5.0

_log = logging.getLogger("otel_xray.console")


class Complaints:
    """
    Writes at most one warning an interval, and counts what it left out.

    Args:
        write: takes a line; by default a warning of the logger ``otel_xray.console``, which
            Python shows on stderr unless logging is configured.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        write: Callable[[str], None] = _log.warning,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._clock = clock
        self._lock = threading.Lock()
        self._next = float("-inf")
        self._silent = 0

    def add(self, text: str) -> None:
        """Say *text* in one line, or count it."""
        with self._lock:
            now = self._clock()
            if now < self._next:
                self._silent += 1
                return
            self._next = now + INTERVAL
            before, self._silent = self._silent, 0
        suffix = f" (and {before} more like it before)" if before else ""
        self._write(" ".join(f"otel-xray console: {text}{suffix}".split()))
