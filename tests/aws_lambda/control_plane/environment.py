"""An execution environment: its processes one after the other, their invocations and phases."""

from __future__ import annotations

import json
import textwrap
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from otel_xray.demo.lambda_service.endpoint import Reply
from otel_xray.demo.lambda_service.function import Function
from otel_xray.demo.lambda_service.runtime_api import Exited, Raised, Ready, Responded
from tests.aws_lambda.control_plane.events import Event
from tests.aws_lambda.control_plane.extensions import Extensions
from tests.aws_lambda.control_plane.narration import Narration
from tests.aws_lambda.control_plane.outcome import Outcome, Shutdown
from tests.aws_lambda.control_plane.plan import NEW, RUNTIME, SNAP_START, New, Plan, header_of
from tests.aws_lambda.control_plane.runtime import (
    Happening,
    InitFailed,
    Initialized,
    Runtime,
    error_object,
)
from tests.aws_lambda.control_plane.telemetry import Telemetry

INTERNAL_GRACE = 0.5  # seconds from SIGTERM to SIGKILL where only the function has an extension
_TIMED_OUT = {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out"}


class Environment:
    """
    One execution environment; see the package's text.

    Attributes:
        runtime: its present process.
        telemetry: what the platform has to tell.
        init_error: what the last failed initialization posted.
        is_frozen: the process stands still.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.telemetry = Telemetry(plan.schemas, plan.telemetry)
        self.init_error: dict[str, Any] | None = None
        self.is_frozen = False
        self._narration = Narration(plan, self.telemetry)
        self._is_closed = False
        self.runtime = self._start()

    @property
    def log(self) -> str:
        """What the processes have written to stdout and stderr."""
        assert self._plan.function.log is not None
        return self._plan.function.log.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self) -> bool:
        """Wait for the end of the initialization; say whether the process can take invocations."""
        if not self.runtime.is_initialized:
            self._initialize()
            if self.runtime.is_ready and self._plan.freezes:
                self.freeze()
        return self.runtime.is_ready

    def invoke(
        self,
        event: Any = None,
        *,
        trace: str | New | None = NEW,
        deadline: float | None = None,
        client_context: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Outcome:
        """
        Run one invocation to its end.

        Args:
            event: a JSON value; bytes are sent as they are.
            trace: the tracing header, whatever it says; None sends none.
            deadline: seconds that it may take; the function's timeout if not given.
            client_context: a JSON value, such as ``{"custom": {}}``.
            headers: further ones of the Runtime API, or other values for those it makes.
        """
        request_id, header = str(uuid.uuid4()), header_of(trace)
        if not self._prepare():
            return Outcome(request_id, b"", "error", header, time.time(), error=self.init_error)
        if not self._plan.late:
            self.deliver()
        outcome = Outcome(request_id, b"", "timeout", header, time.time())
        limit = self._plan.function.timeout if deadline is None else deadline
        made = self._headers(outcome, limit, client_context)
        self._narration.invoked(request_id, header, outcome.handed)
        self.runtime.extensions.invoke(self._extension_event(outcome, limit))
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        self.runtime.answer(Reply(HTTPStatus.OK, body, {**made, **(headers or {})}))
        return self._run(outcome, outcome.handed + limit)

    def freeze(self) -> None:
        """Stop the process as Lambda does, as soon as it and its extensions wait for events."""
        assert self.runtime.extensions.wait_until_idle(self._plan.init_timeout), "still busy"
        self.runtime.stop()
        self.is_frozen = True

    def thaw(self) -> None:
        """Let the process go on."""
        self.runtime.resume()
        self.is_frozen = False

    def restore(self) -> bool:
        """Resume the snapshot; say whether the process can take invocations."""
        assert self._plan.initialization_type == SNAP_START
        started = time.time()
        self._narration.restoring(started)
        self.thaw()
        self.runtime.restore()
        happening = self.runtime.wait(started + self._plan.init_timeout, Ready, InitFailed)
        self._note_failure(happening)
        self._narration.restored(started, happening)
        self.runtime.is_ready = isinstance(happening, Ready)
        return self.runtime.is_ready

    def emit(self, *telemetry: Event) -> None:
        """Add events to the platform's telemetry."""
        self.telemetry.emit(*telemetry)

    def deliver(self) -> int:
        """Deliver the telemetry that is kept, and return the number of events."""
        frozen = self.is_frozen
        if frozen:
            self.thaw()
        try:
            return self.telemetry.deliver()
        finally:
            if frozen:
                self.freeze()

    def shutdown(self) -> Shutdown:
        """End the environment as Lambda does, within the times that it gives."""
        if self.is_frozen:
            self.thaw()
        if not self._plan.late and self.runtime.alive:
            self.deliver()
        started = time.time()
        grace = self._grace
        ended = bool(grace) and self.runtime.terminate(grace)
        took = time.time() - started
        self._is_closed = True
        return Shutdown(bool(grace), not ended, self.runtime.close(), took)

    def close(self) -> None:
        """End everything at once."""
        if not self._is_closed:
            self.runtime.close()
            self._is_closed = True

    # --- phases ---------------------------------------------------------------------------------

    def _start(self) -> Runtime:
        plan = self._plan
        extensions = Extensions(plan.extension_events, plan.extensions)

        def may_subscribe(identifier: str) -> bool:
            return identifier in extensions.registered and extensions.is_open

        routes = (self.telemetry.route(may_subscribe),)
        runtime = Runtime(plan.function, plan.command, plan.variables(), extensions, routes)
        self._narration.started(runtime.started)
        return runtime

    def _prepare(self) -> bool:
        """Have a process that can take an invocation; say whether there is one."""
        if not self.wait_until_ready() and not self.is_frozen:
            self._start_again()
        if self.is_frozen and not self.runtime.is_ready:
            return self.restore()
        if self.is_frozen:
            self.thaw()
        return self.runtime.is_ready

    def _start_again(self) -> None:
        """Replace a process that has crashed or failed: a suppressed initialization follows."""
        self._narration.phase = "invoke"
        self.runtime.close()
        self.telemetry.subscription = None
        self.runtime = self._start()
        self._initialize()

    def _initialize(self) -> None:
        """Wait for the end of the initialization, and tell of it."""
        runtime = self.runtime
        deadline = runtime.started + self._plan.init_timeout
        happening = runtime.wait(deadline, Ready, Initialized, InitFailed)
        runtime.is_initialized, runtime.extensions.is_open = True, False
        self._note_failure(happening)
        self._narration.initialized(runtime.started, happening, self.init_error)
        runtime.is_ready = isinstance(happening, Ready)
        if isinstance(happening, (Ready, Initialized)):
            assert runtime.extensions.wait_until_idle(self._plan.init_timeout), "still busy"
        if isinstance(happening, Initialized):
            self.freeze()  # the snapshot

    def _note_failure(self, happening: Happening | None) -> None:
        if isinstance(happening, InitFailed):
            self.init_error = error_object(happening.payload)
        elif isinstance(happening, Exited):
            self.init_error = _exit_error(happening.code)
        elif happening is None:
            self.init_error = _TIMED_OUT

    # --- one invocation -------------------------------------------------------------------------

    def _headers(self, outcome: Outcome, limit: float, client_context: Any) -> dict[str, str]:
        optional = {
            "Lambda-Runtime-Trace-Id": outcome.trace,
            "Lambda-Runtime-Client-Context": client_context and json.dumps(client_context),
        }
        return {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": outcome.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((outcome.handed + limit) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self._plan.function.arn,
            **{name: text for name, text in optional.items() if text is not None},
        }

    def _extension_event(self, outcome: Outcome, limit: float) -> dict[str, Any]:
        tracing = {"type": "X-Amzn-Trace-Id", "value": outcome.trace}
        return {
            "eventType": "INVOKE",
            "deadlineMs": int((outcome.handed + limit) * 1000),
            "requestId": outcome.request_id,
            "invokedFunctionArn": self._plan.function.arn,
            **({} if outcome.trace is None else {"tracing": tracing}),
        }

    def _run(self, outcome: Outcome, deadline: float) -> Outcome:
        after = self.runtime.wait(deadline, Responded, Raised)
        outcome = _answered(outcome, after)
        if isinstance(after, (Responded, Raised)):
            after = self.runtime.wait(deadline, Ready)
        next_at = after.time if isinstance(after, (Ready, Exited)) else time.time()
        peak = self.runtime.peak_megabytes
        idle = isinstance(after, Ready) and self.runtime.extensions.wait_until_idle(
            max(0.0, deadline - time.time())
        )
        if idle:
            outcome = replace(outcome, finished=max(next_at, self.runtime.extensions.idle_since))
            if self._plan.freezes:
                self.freeze()
        else:
            outcome = self._gone(outcome, after)
        self._narration.finished(outcome, next_at, peak)
        return outcome

    def _gone(self, outcome: Outcome, after: Happening | None) -> Outcome:
        """Clear away a process that ended, or that took too long."""
        self.runtime.is_ready = False
        if isinstance(after, Exited):
            error = outcome.error or _exit_error(after.code)
            return replace(outcome, status="failure", error=error)
        if self._grace:
            self.runtime.terminate(self._grace)
        self.runtime.close()
        return replace(outcome, status="timeout", error=_TIMED_OUT)

    @property
    def _grace(self) -> float:
        internal = INTERNAL_GRACE if self.runtime.extensions.registered else 0.0
        return max(internal, self._plan.extension_grace)


def _answered(outcome: Outcome, answer: Happening | None) -> Outcome:
    if isinstance(answer, Responded):
        return replace(outcome, payload=answer.payload, status="success", responded=answer.time)
    if isinstance(answer, Raised):
        return replace(
            outcome,
            payload=answer.payload,
            status="error",
            error=error_object(answer.payload),
            cause=answer.cause,
            responded=answer.time,
        )
    return outcome


def _exit_error(code: int) -> dict[str, Any]:
    reason = f"signal {-code}" if code < 0 else f"status {code}"
    return {"errorType": "Runtime.ExitError", "errorMessage": f"Runtime exited with {reason}"}


def write(task_root: Path, code: str, name: str = "app") -> Path:
    """Write a module of the function's code, and return the task root."""
    path = task_root / f"{name.replace('.', '/')}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(code), encoding="utf-8")
    return task_root


@contextmanager
def environment(  # noqa: PLR0913  a test names the few that it needs
    task_root: Path,
    handler: str = "app.handler",
    variables: Mapping[str, str] | None = None,
    *,
    timeout: float = 10.0,
    memory: int = 256,
    initialization_type: str = "on-demand",
    freezes: bool = True,
    telemetry: str | Reply = "",
    extensions: Reply | None = None,
    extension_grace: float = 0.0,
    init_timeout: float = 10.0,
    command: Sequence[str] = RUNTIME,
) -> Iterator[Environment]:
    """Start an environment for a block; the arguments are told in the package's text."""
    log = task_root / "function.log"
    function = Function("f", handler, task_root, variables or {}, timeout, memory, log)
    plan = Plan(
        function,
        command,
        initialization_type,
        freezes,
        telemetry == "late",
        telemetry if isinstance(telemetry, Reply) else None,
        extensions,
        extension_grace,
        init_timeout,
    )
    started = Environment(plan)
    try:
        yield started
    finally:
        started.close()
