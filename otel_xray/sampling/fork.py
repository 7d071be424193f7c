"""
What has to begin anew in a forked process, or in one of many that are restored from one snapshot.

Threads do not get into a fork, locks may be held by them; quotas and statistics are the parent's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")

_renewals: WeakKeyDictionary[Any, Callable[[Any], None]] = WeakKeyDictionary()


def renew_in_child(owner: Owner, renewal: Callable[[Owner], None]) -> None:
    """
    Call *renewal* with *owner* in each forked process, as long as *owner* is alive.

    Args:
        owner: what begins anew; hashed by identity.
        renewal: a function, not a method bound to *owner*, which would keep it alive.
    """
    _renewals[owner] = renewal


def renew() -> None:
    """Begin anew in this process."""
    for owner, renewal in tuple(_renewals.items()):
        renewal(owner)


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=renew)
