"""
When this process started, and which kind of initialization it was.

Everything here is decided from what is known for certain. Lambda ends an initialization that takes
longer than its limit and does it again inside the first invocation; and it hands an invocation that
waits to the environment as soon as that is initialized. Both give an upper bound, which holds also
where an extension is slower than the function (developer guide, "Understanding the Lambda execution
environment lifecycle").
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from enum import Enum

INIT_SECONDS = 10.0  # Lambda's limit for the phase
HANDOVER_SECONDS = 1.0  # from the platform's end of the phase to an invocation that waited for it

_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE"
_CONCURRENCY = "AWS_LAMBDA_MAX_CONCURRENCY"  # set on managed instances only
_SUPPRESSED_PHASE = "invoke"  # the platform's word for an initialization inside an invocation
_START_TIME = 19  # in /proc/<pid>/stat, counted from behind the command's name (proc(5): field 22)


class InitializationType(Enum):
    """
    How this environment came to be; the first four in the platform's own words.

    ``PROACTIVE`` is an on-demand environment that Lambda started before anybody asked for it;
    ``SUPPRESSED`` is one whose initialization was done again inside the first invocation.
    """

    ON_DEMAND = "on-demand"
    PROVISIONED_CONCURRENCY = "provisioned-concurrency"
    SNAP_START = "snap-start"
    MANAGED_INSTANCES = "lambda-managed-instances"
    PROACTIVE = "proactive"
    SUPPRESSED = "suppressed"

    @property
    def is_waited_for(self) -> bool:
        """The first invocation had to wait for it: a cold start."""
        return self in _WAITED_FOR


_WAITED_FOR = frozenset({InitializationType.ON_DEMAND, InitializationType.SUPPRESSED})
_STATED = {
    kind.value: kind
    for kind in (
        InitializationType.ON_DEMAND,
        InitializationType.PROVISIONED_CONCURRENCY,
        InitializationType.SNAP_START,
        InitializationType.MANAGED_INSTANCES,
    )
}


def classify(
    environ: Mapping[str, str],
    process_start: float | None,
    ready_at: float | None,
    first_invocation_at: float | None,
    *,
    stated: str | None = None,
    phase: str | None = None,
) -> InitializationType:
    """
    Say which kind of initialization this environment had.

    Args:
        environ: the process's environment.
        process_start: when the process started; this and the other times in seconds since the
            epoch, None where it is not known.
        ready_at: when the initialization ended.
        first_invocation_at: when the first invocation began; None: it has not.
        stated: ``initializationType`` of the platform's events, where they came.
        phase: ``phase`` of the platform's events, where they came; the two later times are then
            the platform's as well.
    """
    kind = _kind(environ, stated)
    if kind is not InitializationType.ON_DEMAND:
        return kind
    if phase == _SUPPRESSED_PHASE or (phase is None and _is_over(process_start, ready_at)):
        return InitializationType.SUPPRESSED
    waited = (
        _is_over(process_start, first_invocation_at)
        if phase is None
        else _is_over(ready_at, first_invocation_at, HANDOVER_SECONDS)
    )
    return InitializationType.PROACTIVE if waited else kind


def _kind(environ: Mapping[str, str], stated: str | None) -> InitializationType:
    """Return what the platform calls it: in its events, else in the environment."""
    if _CONCURRENCY in environ:
        return InitializationType.MANAGED_INSTANCES
    named = _STATED.get(stated or "") or _STATED.get(environ.get(_TYPE, ""))
    return named or InitializationType.ON_DEMAND


def _is_over(start: float | None, end: float | None, limit: float = INIT_SECONDS) -> bool:
    return start is not None and end is not None and end - start > limit


def process_start(stat: str = "/proc/self/stat") -> float | None:
    """
    Return when this process started, in seconds since the epoch, as the kernel knows it.

    An ``exec`` does not change it, so that what ran before Python counts. A forked process has
    its own. The kernel keeps hundredths of a second, rounded down. None: the system does not say.

    Args:
        stat: where the kernel says it.
    """
    try:
        with open(stat, "rb") as file:  # noqa: PTH123  pathlib costs the cold path
            fields = file.read().rpartition(b")")[2].split()
        started = int(fields[_START_TIME]) / os.sysconf("SC_CLK_TCK")
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, ValueError, IndexError, AttributeError):
        return None
    return time.time() - age if started > 0 and age >= 0 else None
