"""Running a function's invocations, one after the other, and measuring their phases."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TypeAlias

from otel_xray.demo.lambda_service import tracing
from otel_xray.demo.lambda_service.execution_environment import ExecutionEnvironment
from otel_xray.demo.lambda_service.function import Function, Invocation, Outcome, Phases, Span
from otel_xray.demo.lambda_service.runtime_api import Exited, Happening, Raised, Ready, Responded
from otel_xray.errors import TransportError
from otel_xray.model.document import Document

Recorder: TypeAlias = Callable[[Document], None]

INITIALIZATION_SECONDS = 10.0  # Lambda's limit for the phase
OVERHEAD_SECONDS = 1.0  # a runtime that has not come back by then is replaced


@dataclass(slots=True)
class _Run:
    """An invocation while it runs; the phases are filled in as they end."""

    invocation: Invocation
    phases: Phases

    def measured(self, name: str, start: float, end: float) -> None:
        self.phases = replace(self.phases, **{name: Span(start, max(start, end))})


class Invoker:
    """
    Runs one function in one execution environment.

    The environment is started for the first invocation (a cold start), kept for the next ones,
    and replaced after a crash or a timeout. Further invocations wait for their turn, as with a
    reserved concurrency of 1; a queued one that fails is not tried again.

    Args:
        record: gets the X-Ray segments of each invocation when it is over.
    """

    def __init__(self, function: Function, record: Recorder) -> None:
        self.function = function
        self._record = record
        self._waiting: queue.SimpleQueue[tuple[Invocation, Future[Outcome]] | None]
        self._waiting = queue.SimpleQueue()
        self._environment: ExecutionEnvironment | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def submit(self, invocation: Invocation) -> Future[Outcome]:
        """Queue an invocation; the future gets its outcome as soon as the function answered."""
        answer: Future[Outcome] = Future()
        self._waiting.put((invocation, answer))
        return answer

    def close(self) -> None:
        """End the environment; what waits or runs is answered with an error."""
        self._closed.set()
        self._waiting.put(None)
        environment = self._environment
        if environment is not None:
            environment.kill()
        self._thread.join()

    def _work(self) -> None:
        while True:
            item = self._waiting.get()
            if item is None:
                break
            invocation, answer = item
            run = _Run(invocation, Phases())
            outcome = self._outcome(run)
            answer.set_result(outcome)
            self._settle(run, outcome)
            self._send(tracing.segments(self.function, invocation, run.phases, outcome))
        self._discard()

    def _outcome(self, run: _Run) -> Outcome:
        if self._closed.is_set():
            return _failed(run, "Service.ShutDown", "the service is shut down", time.time())
        try:
            return self._start(run) or self._run(run)
        except OSError as error:  # the process could not be started
            return _failed(run, "Runtime.StartError", str(error), time.time())

    def _start(self, run: _Run) -> Outcome | None:
        """Make sure that a runtime waits for work; return the outcome if none could be had."""
        if self._environment is not None and self._environment.alive:
            return None
        self._discard()
        environment = self._environment = ExecutionEnvironment(self.function)
        if self._closed.is_set():  # closed while it was being started: close() did not see it
            environment.kill()
        happening = environment.next_happening(INITIALIZATION_SECONDS)
        ended = happening.time if happening else time.time()
        run.measured("initialization", environment.started, ended)
        if isinstance(happening, Ready):
            return None
        self._discard()
        return _unanswered(run, happening, INITIALIZATION_SECONDS, ended)

    def _run(self, run: _Run) -> Outcome:
        environment = self._environment
        assert environment is not None  # noqa: S101  _start saw to it
        handed_out = time.time()
        environment.hand_out(run.invocation)
        happening = environment.next_happening(self.function.timeout)
        ended = happening.time if happening else time.time()
        run.measured("invocation", handed_out, ended)
        if isinstance(happening, Responded):
            return Outcome(happening.payload, ended)
        if not isinstance(happening, Raised):
            self._discard()
        return _unanswered(run, happening, self.function.timeout, ended)

    def _settle(self, run: _Run, outcome: Outcome) -> None:
        """Measure how long the runtime takes until it asks for work again."""
        if self._environment is None:
            return
        happening = self._environment.next_happening(OVERHEAD_SECONDS)
        ended = happening.time if happening else time.time()
        run.measured("overhead", outcome.ended, ended)
        if not isinstance(happening, Ready):
            self._discard()

    def _discard(self) -> None:
        environment, self._environment = self._environment, None
        if environment is not None:
            environment.close()

    def _send(self, documents: Sequence[Document]) -> None:
        for document in documents:
            with contextlib.suppress(TransportError):  # no console, no segments; calls go on
                self._record(document)


def _unanswered(run: _Run, happening: Happening | None, limit: float, ended: float) -> Outcome:
    """Return the outcome of an invocation that got no response."""
    if isinstance(happening, Raised):
        failure = tracing.failure(happening.payload, happening.cause)
        return Outcome(happening.payload, ended, failure)
    if isinstance(happening, Exited):
        reason = f"signal {-happening.code}" if happening.code < 0 else f"status {happening.code}"
        text = f"Runtime exited with error: exit {reason}"
        return _failed(run, "Runtime.ExitError", text, ended)
    return _failed(run, "Sandbox.Timedout", f"Task timed out after {limit:.2f} seconds", ended)


def _failed(run: _Run, kind: str, text: str, ended: float) -> Outcome:
    message = f"RequestId: {run.invocation.request_id} Error: {text}"
    payload = json.dumps({"errorType": kind, "errorMessage": message}).encode()
    return Outcome(payload, ended, tracing.failure(payload, ""))
