"""Being told to end: Lambda sends SIGTERM before it shuts an environment down."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any


def before_it(act: Callable[[], None]) -> None:
    """
    Call *act* when the process is told to end, and then do what it would have done without us.

    Only the main thread may decide about signals; in another one nothing is changed.

    Args:
        act: must not raise, and be quick: there are 300 milliseconds.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    before: Any = signal.getsignal(signal.SIGTERM)

    def terminate(number: int, frame: FrameType | None) -> None:
        act()
        if callable(before):
            before(number, frame)
        elif before is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, terminate)
