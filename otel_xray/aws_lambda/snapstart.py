"""
SnapStart: a process that becomes many.

Lambda initializes a function once, takes a snapshot, and restores it as often as it needs an
environment ("Improving startup performance with Lambda SnapStart"). Everything that is unique in a
process, that counts for it alone, or that is connected to somebody begins anew in each of them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from otel_xray import pipeline, settings
from otel_xray.aws_lambda import initialization
from otel_xray.aws_lambda.initialization import InitializationType
from otel_xray.instrument.shield import Shield

_shield = Shield("taking or restoring a snapshot")


@dataclass(slots=True)
class Snapshot:
    """
    What is known of the snapshot, in nanoseconds since the epoch.

    The time from *restored* to the runtime's first request for an invocation is what was measured
    of the phase Restore; what Lambda does before that only the platform's telemetry tells.

    Attributes:
        taken: when the process had been initialized; 0 before that.
        restored: when it went on, in this environment; 0 before that.
    """

    taken: int = 0
    restored: int = 0


def follow(
    environ: Mapping[str, str],
    flush: Callable[[], object],
    clock: Callable[[], int] = time.time_ns,
) -> Snapshot | None:
    """
    Prepare for a snapshot, if there will be one.

    Lambda calls what was registered first after all others before the snapshot, and before all
    others after it: this is to be called before the function's own code is loaded.

    Args:
        environ: the process's environment.
        flush: sends what was recorded.
        clock: nanoseconds since the epoch.

    Returns:
        what will be known of the snapshot; None where none is taken.
    """
    kind = initialization.classify(environ, None, None, None)
    hooks = _hooks() if kind is InitializationType.SNAP_START else None
    if hooks is None:
        return None
    snapshot = Snapshot()

    def before() -> None:
        with _shield:
            flush()
            _disconnect()
        snapshot.taken = clock()

    def after() -> None:
        snapshot.restored = clock()
        with _shield:
            _renew()

    hooks.register_before_snapshot(before)
    hooks.register_after_restore(after)
    return snapshot


def _hooks() -> Any:
    """Return the module of Lambda's runtime where hooks are registered; None: it has none."""
    try:
        return import_module("snapshot_restore_py")
    except ImportError:
        return None


def _disconnect() -> None:
    """Close every socket; the first spans after that open others, and look names up again."""
    running = pipeline.running()
    if running is not None:
        running.reconfigure(running.settings)


def _renew() -> None:
    """Begin anew what a snapshot's copies must not share."""
    import random  # noqa: PLC0415  see above

    # Python's own remedy in a forked process. Ids and decisions by chance are drawn from it.
    random.seed()
    sampling = sys.modules.get("otel_xray.sampling.fork")
    if sampling is not None:  # there are reservoirs, quotas and statistics
        sampling.renew()
    running = pipeline.running()
    if running is not None:
        from otel_xray.spans import resource  # noqa: PLC0415  see above

        resource.renew(running.provider, settings.environment())
