"""Chance, for the share of requests that a rate stands for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache


def draw() -> float:
    """
    Return a number from 0 to 1, without the 1.

    The module's own generator, which Python seeds anew in a forked process: workers decide
    independently. It is loaded when the first rate is asked, which many processes never do.
    """
    return _generator()()


@cache
def _generator() -> Callable[[], float]:
    from random import random  # noqa: PLC0415  see above

    return random
