"""What the platform tells its subscribers of an environment's life, with the measured times."""

from __future__ import annotations

import sys
import time
import uuid
from typing import Any

from otel_xray.demo.lambda_service.runtime_api import Ready
from tests.aws_lambda.control_plane import events
from tests.aws_lambda.control_plane.outcome import Outcome
from tests.aws_lambda.control_plane.plan import MANAGED, Plan
from tests.aws_lambda.control_plane.runtime import Happening, Initialized
from tests.aws_lambda.control_plane.telemetry import Telemetry


class Narration:
    """
    Emits the events of one environment.

    Attributes:
        phase: ``init``, or ``invoke`` once an initialization takes place inside an invocation.
    """

    def __init__(self, plan: Plan, telemetry: Telemetry) -> None:
        self.phase = "init"
        self._plan = plan
        self._telemetry = telemetry
        self._kind = plan.initialization_type
        self._unreported: dict[str, float | None] = {}

    def started(self, at: float) -> None:
        """Tell that a process has been started."""
        function = self._plan.function
        event = events.event(
            "initStart",
            at,
            **self._described(),
            runtimeVersion=f"python:{sys.version_info.major}.{sys.version_info.minor}.v1",
            functionArn=function.arn,
            instanceId=uuid.uuid4().hex,
            instanceMaxMemory=function.memory << 20,
        )
        self._telemetry.emit(event)

    def initialized(
        self, started: float, happening: Happening | None, error: dict[str, Any] | None
    ) -> None:
        """Tell how an initialization ended; no happening is a time-out."""
        now = time.time()
        took = events.milliseconds(now - started)
        self._unreported["initDurationMs"] = took
        fine = isinstance(happening, (Ready, Initialized))
        outcome = {
            "initializationType": self._kind,
            "phase": self.phase,
            "status": "success" if fine else "timeout" if happening is None else "error",
            "errorType": None if fine or error is None else error.get("errorType"),
        }
        self._telemetry.emit(
            events.event("initRuntimeDone", now, **outcome),
            events.event("initReport", now, **outcome, metrics={"durationMs": took}),
        )

    def restoring(self, at: float) -> None:
        """Tell that a snapshot is being restored."""
        self._telemetry.emit(events.event("restoreStart", at, **self._described()))

    def restored(self, started: float, happening: Happening | None) -> None:
        """Tell how that ended."""
        now = time.time()
        status = "success" if isinstance(happening, Ready) else "error"
        took = events.milliseconds(now - started)
        self._unreported = {"restoreDurationMs": took}
        self._telemetry.emit(
            events.event("restoreRuntimeDone", now, status=status),
            events.event("restoreReport", now, status=status, metrics={"durationMs": took}),
        )

    def invoked(self, request_id: str, trace: str | None, at: float) -> None:
        """Tell that an event is handed out."""
        traced = events.tracing(trace)
        self._telemetry.emit(
            events.event("start", at, requestId=request_id, version="$LATEST", tracing=traced)
        )

    def finished(self, outcome: Outcome, next_at: float, peak: int | None) -> None:
        """Tell how an invocation went; on managed instances the report alone does."""
        done = events.runtime_done(outcome, next_at)
        if self._kind == MANAGED:
            self._telemetry.emit(events.report_of_managed(outcome, next_at, done))
            return
        report = events.report(
            outcome,
            next_at,
            memorySizeMB=self._plan.function.memory,
            maxMemoryUsedMB=peak,
            **self._unreported,
        )
        self._unreported = {}
        self._telemetry.emit(done, report)

    def _described(self) -> dict[str, Any]:
        return {
            "initializationType": self._kind,
            "phase": self.phase,
            "functionName": self._plan.function.name,
            "functionVersion": "$LATEST",
        }
