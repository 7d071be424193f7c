from __future__ import annotations

import subprocess
import sys
import threading

from otel_xray.spans.worker import Worker


def test_the_job_is_done_before_the_caller_goes_on() -> None:
    """A job that is quick enough is done when run returns, in one and the same thread."""
    threads: list[threading.Thread] = []
    worker = Worker(lambda: threads.append(threading.current_thread()))

    assert worker.run(5)
    assert worker.run(5)
    assert 2 == len(threads)
    assert 1 == len(set(threads))
    assert threading.current_thread() not in threads


def test_the_caller_waits_only_so_long_and_the_job_goes_on() -> None:
    """A job that takes longer is not interrupted; one asked for meanwhile is done after it."""
    gate, done = threading.Event(), threading.Semaphore(0)

    def job() -> None:
        gate.wait(10)
        done.release()

    worker = Worker(job)

    assert not worker.run(0.01)
    assert not worker.run(0.01)
    gate.set()
    assert done.acquire(timeout=10)
    assert done.acquire(timeout=10)
    assert worker.run(10)


def test_the_job_is_done_when_python_ends() -> None:
    """An interpreter that starts no threads any more does the job in the caller's."""
    code = """
import atexit
from otel_xray.spans.worker import Worker
atexit.register(lambda: print(Worker(lambda: print("job")).run(5)))
"""
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )

    assert ("job\nTrue\n", "") == (finished.stdout, finished.stderr)
