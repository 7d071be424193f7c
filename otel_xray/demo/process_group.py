"""Ending a process that leads a group of its own, and all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

GRACE_SECONDS = 3.0


def kill(process: subprocess.Popen[Any]) -> None:
    """End the group at once and collect the process."""
    send(process, signal.SIGKILL)
    process.wait()


def terminate(processes: Sequence[subprocess.Popen[Any]], grace: float = GRACE_SECONDS) -> None:
    """Ask every group to end, all at the same time, and kill what has not after *grace* seconds."""
    for process in processes:
        send(process, signal.SIGTERM)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
        kill(process)


def send(process: subprocess.Popen[Any], number: signal.Signals) -> None:
    """Send the signal to the whole group, unless the process has been collected."""
    # The group is the process's own: the process was started with start_new_session. While it
    # has not been collected its number cannot belong to anybody else; afterwards it may.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
