from __future__ import annotations

import pytest

from otel_xray.spans.budget import MARGIN, Budget


def test_without_a_deadline_the_limit_counts() -> None:
    """Nobody ends the work from outside."""
    assert 1.5 == Budget(1.5).seconds()


def test_a_near_deadline_leaves_less() -> None:
    """What is left of the invocation is shared with the runtime."""
    budget = Budget(1.5, clock=lambda: 1000.0)
    budget.deadline = 1001.0

    assert pytest.approx(1.0 - MARGIN) == budget.seconds()


def test_a_far_deadline_leaves_the_limit() -> None:
    """More time than the limit is never taken."""
    budget = Budget(1.5, clock=lambda: 1000.0)
    budget.deadline = 1900.0

    assert 1.5 == budget.seconds()


def test_after_the_deadline_nothing_is_left() -> None:
    """Nobody waits a negative time."""
    budget = Budget(1.5, clock=lambda: 1000.0)
    budget.deadline = 1000.1

    assert 0 == budget.seconds()
