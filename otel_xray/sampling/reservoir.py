"""
Reservoirs: so many requests a second are recorded, whatever the rate is.

A second is that of the caller's clock. The clock may be read by several threads that get here in
another order, so a second that is just over counts as the current one: the quota of a second is
never given twice. One that is long over says that the clock was set back.
"""

from __future__ import annotations

from enum import Enum, auto
from math import floor
from threading import Lock

LATE = 5
INTERVAL = 10.0


class Decision(Enum):
    """What a central reservoir says to a request."""

    TAKE = auto()
    BORROW = auto()
    NO = auto()


class Second:
    """
    How many were let through in the current second.

    Attributes:
        second: seconds since the epoch.
        used: how many, so far.
    """

    __slots__ = ("second", "used")

    def __init__(self, second: int = 0) -> None:
        self.second = second
        self.used = 0

    def use(self, limit: float, now: float) -> bool:
        """Let one more through at *now* if fewer than *limit* were."""
        second = floor(now)
        if second > self.second or second < self.second - LATE:
            self.second = second
            self.used = 0
        if self.used >= limit:
            return False
        self.used += 1
        return True


class LocalReservoir:
    """The reservoir of a rule that this process has for itself. Safe to use from any thread."""

    def __init__(self, size: float) -> None:
        """Let *size* requests through in each second."""
        self.size = size
        self.current = Second()
        self._lock = Lock()

    def take(self, now: float) -> bool:
        """Say whether there is one left at *now*, and take it."""
        with self._lock:
            return self.current.use(self.size, now)


class CentralReservoir:
    """
    The share of a rule's reservoir that X-Ray gives to this process. Safe to use from any thread.

    X-Ray gives a quota that is good until some time. Without one that is still good, one request
    a second is borrowed from the next.

    Attributes:
        interval: seconds after which X-Ray wants to hear of the rule again.
    """

    def __init__(self) -> None:
        self._quota: float | None = None
        self._expires: float | None = None
        self.interval = INTERVAL
        self._waited = 0.0
        self._taken = Second()
        self._borrowed = Second()
        self._lock = Lock()

    def decide(self, now: float, *, can_borrow: bool) -> Decision:
        """Say whether there is one left at *now*, and take or borrow it."""
        with self._lock:
            if self.is_fresh(now):
                taken = self._taken.use(self._quota or 0, now)
                return Decision.TAKE if taken else Decision.NO
            if can_borrow and self._borrowed.use(1, now):
                return Decision.BORROW
            return Decision.NO

    def is_fresh(self, now: float) -> bool:
        """Say whether the quota is still good at *now*."""
        quota, expires = self._quota, self._expires
        return quota is not None and quota >= 0 and expires is not None and expires >= now

    def load(self, quota: float | None, expires: float | None, interval: float | None) -> None:
        """Take what X-Ray says; what it does not say stays."""
        with self._lock:
            self._quota = self._quota if quota is None else quota
            self._expires = self._expires if expires is None else expires
            self.interval = self.interval if interval is None else interval

    @property
    def quota(self) -> float | None:
        """Requests a second; None until X-Ray said so."""
        return self._quota

    @property
    def expires(self) -> float | None:
        """Seconds since the epoch until which the quota is good."""
        return self._expires

    def is_due(self, waited: float = INTERVAL) -> bool:
        """Say whether X-Ray wants to hear of the rule, *waited* seconds after this was asked."""
        self._waited += waited
        due = self._waited >= self.interval
        if due:
            self._waited = 0.0
        return due
