"""
Polling without threads, where somebody else knows when there is time for it.

In Lambda that is after an invocation: what waits in a thread is frozen there, and what is polled in
front of a handler is waited for.
"""

from __future__ import annotations

from typing import Protocol
from weakref import WeakSet


class Stepped(Protocol):
    """What polls when it is asked to."""

    def poll_due(self, seconds: float) -> None:
        """Poll once, if something is due, for so many *seconds* at most; nothing is raised."""
        ...


_stepped: WeakSet[Stepped] = WeakSet()


def register(stepped: Stepped) -> None:
    """Let *stepped* poll from now on when there is time, as long as it is alive."""
    _stepped.add(stepped)


def poll_due(seconds: float) -> None:
    """Poll what is due, for so many *seconds* at most; nothing is raised."""
    for stepped in tuple(_stepped):
        stepped.poll_due(seconds)
