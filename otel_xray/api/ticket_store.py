"""
Where tickets lie for third parties that echo nothing but a business key.

The first ticket of a key stays until it expires: an invocation that is repeated, as everything on
AWS may be, does not move the link.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

CAPACITY = 10_000


class TicketStore(Protocol):
    """Keeps tickets by key. Its methods may raise anything, and may be called by any thread."""

    def put(self, key: str, ticket: str, ttl: float) -> None:
        """
        Keep *ticket* unless there is one of that key.

        Args:
            key: for instance ``orderId=71032``.
            ticket: to keep.
            ttl: seconds after which it is forgotten.
        """
        ...

    def get(self, key: str) -> str | None:
        """Return the ticket of *key*; None when there is none, or none any more."""
        ...


class MemoryTickets:
    """A `TicketStore` in this process."""

    def __init__(self, capacity: int = CAPACITY, clock: Callable[[], float] = time.time) -> None:
        """
        Begin empty.

        Args:
            capacity: number of tickets; the oldest gives way to one more.
            clock: seconds since the epoch.
        """
        self._capacity = capacity
        self._clock = clock
        self._kept: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def put(self, key: str, ticket: str, ttl: float) -> None:
        """Keep *ticket* unless there is one of that key."""
        with self._lock:
            if self._get(key) is not None:
                return
            self._kept[key] = ticket, self._clock() + ttl
            if len(self._kept) > self._capacity:
                del self._kept[next(iter(self._kept))]

    def get(self, key: str) -> str | None:
        """Return the ticket of *key*; None when there is none, or none any more."""
        with self._lock:
            return self._get(key)

    def _get(self, key: str) -> str | None:
        ticket, expires = self._kept.get(key, ("", 0.0))
        if ticket and expires > self._clock():
            return ticket
        self._kept.pop(key, None)
        return None
