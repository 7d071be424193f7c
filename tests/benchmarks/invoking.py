"""
Handing events to the real runtime client.

To see what tracing adds to a warm invocation, two processes, one with tracing and one without, are
handed one event each in turn: what the machine does meanwhile falls on both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import IO

from otel_xray.demo.lambda_service.function import Function, Invocation
from otel_xray.demo.lambda_service.runtime_api import Happening, Raised, Ready, RuntimeApi
from otel_xray.model.header import TraceHeader
from tests.benchmarks.clock import clock_of
from tests.benchmarks.failures import BenchmarkFailed

WARM_UP = 20
INVOCATIONS = 400
TIME_LIMIT = 120.0
_POLL_SECONDS = 0.5  # how soon it is noticed that a process has ended
LEAVE = b'{"leave": true}'  # the functions end their process at once


@dataclass(frozen=True, slots=True)
class Runtime:
    """
    A process that serves invocations.

    Attributes:
        python: its interpreter.
        file: the program that starts the runtime client.
        environ: its environment variables, but for the address of the Runtime API.
        task_root: where the function's code is.
        before: words before the interpreter: a tool that runs it.
    """

    python: Path
    file: Path
    environ: Mapping[str, str]
    task_root: Path
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """
    Of an invocation, in microseconds.

    Attributes:
        latency: from the event to the next request for work.
        cpu: used by the process.
    """

    latency: float
    cpu: float


def added(traced: Runtime, untraced: Runtime) -> Cost:
    """
    Return what an invocation costs more in one runtime than in the other.

    Raises:
        BenchmarkFailed: a runtime does not start, does not answer, or complains.
    """
    with _served(traced) as one, _served(untraced) as other:
        for _ in range(WARM_UP):
            _invoke_both(one, other)
        before = one.cpu_time() - other.cpu_time()
        pairs = [_invoke_both(one, other) for _ in range(INVOCATIONS)]
        used = one.cpu_time() - other.cpu_time() - before
    with_tracing, without = map(statistics.median, zip(*pairs, strict=True))
    return Cost((with_tracing - without) * 1e6, used * 1e6 / INVOCATIONS)


def serve_one(runtime: Runtime) -> None:
    """
    Start the runtime, have it serve one event, and end it when it wants the next.

    Raises:
        BenchmarkFailed: it does not start, does not answer, or complains.
    """
    with _served(runtime) as one:
        one.invoke()
        one.leave()


def _invoke_both(one: _Served, other: _Served) -> tuple[float, float]:
    return one.invoke(), other.invoke()


class _Served:
    """A runtime that waits for work."""

    def __init__(
        self, runtime: Runtime, process: subprocess.Popen[bytes], api: RuntimeApi, errors: IO[bytes]
    ) -> None:
        self._runtime = runtime
        self._process = process
        self._api = api
        self._errors = errors
        self._clock = clock_of(process.pid)
        self._expect_ready()

    def invoke(self) -> float:
        """Hand out an event, and return the seconds until the runtime wants the next."""
        started = self._hand_out(b"{}")
        return self._expect_ready() - started

    def leave(self) -> None:
        """End the process from within its function."""
        self._hand_out(LEAVE)
        self._process.wait(TIME_LIMIT)

    def _hand_out(self, payload: bytes) -> float:
        trace, segment = int.from_bytes(os.urandom(15)), int.from_bytes(os.urandom(7))
        header = TraceHeader(int(time.time()) << 96 | trace >> 24, segment or 1, sampled=True)
        started = time.time()
        self._api.hand_out(Invocation(str(segment), payload, TraceHeader(), header, started))
        return started

    def cpu_time(self) -> float:
        """Return the seconds that the process has used."""
        return time.clock_gettime(self._clock)

    def complain(self) -> None:
        """Fail if the process has written to its standard error."""
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace")
        if said:
            raise BenchmarkFailed(str(self._runtime.file), said)

    def _expect_ready(self) -> float:
        happening = self._next()
        while not isinstance(happening, Ready):
            if isinstance(happening, Raised):
                raise BenchmarkFailed(str(self._runtime.file), repr(happening))
            happening = self._next()
        return happening.time

    def _next(self) -> Happening:
        deadline = time.monotonic() + TIME_LIMIT
        while time.monotonic() < deadline:
            with suppress(Empty):
                return self._api.happenings.get(timeout=_POLL_SECONDS)
            if self._process.poll() is not None:
                self.complain()
                raise BenchmarkFailed(str(self._runtime.file), "it ended")
        self.complain()
        raise BenchmarkFailed(str(self._runtime.file), f"it did nothing for {TIME_LIMIT} s")


@contextmanager
def _served(runtime: Runtime) -> Iterator[_Served]:
    api = RuntimeApi(Function("processOrder", "app.handler", runtime.task_root))
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*runtime.before, str(runtime.python), str(runtime.file)],
            env={**runtime.environ, "AWS_LAMBDA_RUNTIME_API": api.address},
            cwd=runtime.task_root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the function's log
            stderr=errors,
        )
        try:
            served = _Served(runtime, process, api, errors)
            yield served
            served.complain()
        finally:
            process.kill()
            process.wait()
            api.close()
