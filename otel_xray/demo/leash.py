"""
Runs a module that must not outlive the process that started it.

``kill -9`` of the demo leaves it no time to end its children, and a console that is left behind
would keep the ports. So every child watches its parent: when that changes, the parent is gone.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

WATCH_SECONDS = 0.5
GRACE_SECONDS = 3.0


def main(arguments: list[str]) -> None:
    """
    Run a module as ``python -m`` does, for as long as the parent lives.

    Args:
        arguments: the module's name and its own arguments.
    """
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)  # time to store what was acknowledged
    time.sleep(GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
