"""Threads that ask X-Ray for rules, and tell it what came of them."""

from __future__ import annotations

import logging
import time
import weakref
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import ClassVar

from otel_xray.sampling.central import CentralRule
from otel_xray.sampling.chance import draw
from otel_xray.sampling.reservoir import INTERVAL
from otel_xray.sampling.rule_cache import RuleCache
from otel_xray.sampling.service import Report

RULES_INTERVAL = 300.0
RULES_JITTER = 5.0
TARGETS_JITTER = 0.1
SHORTEST_INTERVAL = 1.0


class Poller:
    """
    Polls in a daemon thread, which ends when the poller is forgotten.

    A failure is reported once, until a poll succeeds again.

    Attributes:
        what: is polled; for people.
        log: where failures are reported.
        level: at which the first of a row is.
        clock: seconds since the epoch.
    """

    what: ClassVar[str]
    log: ClassVar[logging.Logger] = logging.getLogger(__name__)
    level: ClassVar[int] = logging.WARNING

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._failing = False
        self._woken = Event()
        self._polled = 0.0
        self._wait = 0.0

    def start(self) -> None:
        """
        Poll from now on; to be called again in a forked process, which has no such thread.

        Where there can be no more threads, because the process ends or may not have them, that is
        logged and nothing is polled.
        """
        woken = self._woken = Event()
        itself = weakref.ref(self, lambda _: woken.set())
        name = f"X-Ray {self.what}"
        try:
            Thread(target=_run, args=(itself, woken), name=name, daemon=True).start()
        except RuntimeError as error:
            self.log.warning("%s are not polled: %s", name, error)

    def wake_up(self) -> None:
        """Poll at once."""
        self._polled = 0.0
        self._woken.set()

    def catch_up(self) -> None:
        """Poll at once if that is overdue, as it is after a freeze; once, however often asked."""
        if self.is_due():
            self._polled = self.clock()
            self._woken.set()

    def is_due(self) -> bool:
        """Say whether the time of the next poll has come; a clock that was set says so, too."""
        return not 0 <= self.clock() - self._polled < self._wait

    def first_wait(self) -> float:
        """Return the seconds until the first poll."""
        return 0.0

    def step(self) -> float:
        """Poll once, and return the seconds until the next time; nothing is raised."""
        self._polled = self.clock()
        try:
            self.poll()
        except Exception as error:  # noqa: BLE001  whatever it is, the next time may go well
            level = logging.DEBUG if self._failing else self.level
            reason = str(error) or type(error).__name__
            self.log.log(level, "X-Ray's %s could not be polled: %s", self.what, reason)
            self._failing = True
        else:
            self._failing = False
        self._wait = self.next_wait()
        return self._wait

    def poll(self) -> None:
        """Poll once."""
        raise NotImplementedError

    def next_wait(self) -> float:
        """Return the seconds until the next poll."""
        raise NotImplementedError


def _run(itself: weakref.ref[Poller], woken: Event) -> None:
    poller = itself()
    wait = poller.first_wait() if poller else 0.0
    while poller:
        del poller  # while it waits, nothing but its owner keeps it
        woken.wait(wait)
        woken.clear()
        poller = itself()
        wait = poller.step() if poller else 0.0


class RulePoller(Poller):
    """Fetches the rules, at once and every five minutes."""

    what = "sampling rules"

    def __init__(
        self,
        cache: RuleCache,
        fetch: Callable[[], Sequence[CentralRule]],
        *,
        interval: float = RULES_INTERVAL,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        Prepare; no thread is started.

        Args:
            cache: gets the rules; it keeps what it has when there are none.
            fetch: returns the rules.
            interval: seconds between two polls; a random part of `RULES_JITTER` comes on top.
            clock: seconds since the epoch.
        """
        super().__init__(clock)
        self._cache = cache
        self._fetch = fetch
        self._interval = interval

    def poll(self) -> None:
        """Fetch the rules."""
        now = int(self.clock())
        rules = self._fetch()
        if rules:
            self._cache.load(rules)
            self._cache.last_updated = now

    def next_wait(self) -> float:
        """Return the seconds until the next poll."""
        return self._interval + draw() * RULES_JITTER


class TargetPoller(Poller):
    """Reports statistics and takes what X-Ray aims at, every ten seconds or as X-Ray says."""

    what = "sampling targets"

    def __init__(
        self,
        cache: RuleCache,
        report: Callable[[Sequence[CentralRule]], Report],
        rules: RulePoller,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        Prepare; no thread is started.

        Args:
            cache: has the rules, and gets the answers.
            report: reports the statistics of rules.
            rules: are fetched anew when X-Ray says that they have changed.
            clock: seconds since the epoch.
        """
        super().__init__(clock)
        self._cache = cache
        self._report = report
        self._rules = rules
        self._shortest = INTERVAL

    def poll(self) -> None:
        """Report what is due of rules that have been asked."""
        due = [rule for rule in self._cache.rules if self._is_due(rule)]
        if not due:
            return
        answer = self._report(due)
        self._cache.aim(answer.targets)
        if answer.modified > (self._cache.last_updated or 0):
            self._rules.wake_up()

    def first_wait(self) -> float:
        """Return the seconds until the first poll."""
        return self.next_wait()

    def next_wait(self) -> float:
        """Return the seconds until the next poll: the shortest that X-Ray wants."""
        intervals = (rule.reservoir.interval for rule in self._cache.rules)
        self._shortest = max(min(intervals, default=INTERVAL), SHORTEST_INTERVAL)
        return self._shortest + draw() * TARGETS_JITTER

    def _is_due(self, rule: CentralRule) -> bool:
        has_news = rule.statistics.counts.requests > 0 or rule.boost_statistics.counts.total > 0
        return has_news and rule.reservoir.is_due(self._shortest)
