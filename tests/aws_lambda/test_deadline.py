from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from otel_xray.aws_lambda.deadline import HEADROOM, Deadline

SOON = HEADROOM + 0.02  # seconds from now to a deadline that is acted on at once


class Acts:
    """Counts what is done."""

    def __init__(self) -> None:
        self._done = threading.Semaphore(0)

    def __call__(self) -> None:
        """Count."""
        self._done.release()

    def happened(self, seconds: float = 5) -> bool:
        """Wait for one more."""
        return self._done.acquire(timeout=seconds)


@pytest.fixture
def acts() -> Acts:
    """Return what a deadline shall do."""
    return Acts()


@pytest.fixture
def deadline(acts: Acts) -> Iterator[Deadline]:
    """Return a deadline by the real clock."""
    deadline = Deadline(acts)
    yield deadline
    deadline.stop()


def test_it_acts_before_the_invocation_times_out(deadline: Deadline, acts: Acts) -> None:
    """Once, while there is time left to send something."""
    ends = time.time() + SOON
    deadline.watch(ends)

    assert acts.happened()
    assert time.time() < ends
    assert not acts.happened(0.05)


def test_it_does_not_act_when_the_invocation_ends_in_time(deadline: Deadline, acts: Acts) -> None:
    """The thread wakes, and finds nothing to do."""
    deadline.watch(time.time() + SOON)
    deadline.stop()

    assert not acts.happened(0.1)


def test_it_watches_the_next_invocation(deadline: Deadline, acts: Acts) -> None:
    """Whether the thread sleeps for an earlier one or has nothing to wait for."""
    for pause in (0, 0.1):
        deadline.watch(time.time() + SOON)
        deadline.stop()
        time.sleep(pause)
        deadline.watch(time.time() + SOON)

        assert acts.happened()


def test_it_needs_no_thread_before_the_first_invocation(acts: Acts) -> None:
    """Making one starts nothing."""
    before = threading.active_count()
    Deadline(acts)

    assert before == threading.active_count()
