"""The platform's events of one environment with two invocations, in the order of their times."""

from __future__ import annotations

import json
from typing import Any

from otel_xray.aws_lambda.telemetry import events
from otel_xray.aws_lambda.telemetry.events import Event

SECOND = 1_000_000_000
MILLISECOND = 1_000_000
BASE = 1_665_532_800 * SECOND  # 2022-10-12T00:00:00Z


def at(milliseconds: float) -> int:
    """Return the time so many milliseconds after the beginning."""
    return BASE + int(milliseconds * MILLISECOND)


def text(milliseconds: int) -> str:
    """Write that time as the platform does."""
    return f"2022-10-12T00:00:{milliseconds // 1000:02}.{milliseconds % 1000:03}Z"


def event(kind: str, milliseconds: int, **record: Any) -> dict[str, Any]:
    """Return an event as it is posted."""
    return {"time": text(milliseconds), "type": f"platform.{kind}", "record": record}


def span(name: str, milliseconds: int, duration: float) -> dict[str, Any]:
    """Return a measured stretch as it is posted."""
    return {"name": name, "start": text(milliseconds), "durationMs": duration}


INIT = [
    event("initStart", 0, initializationType="on-demand", phase="init", functionName="f"),
    event("extension", 30, name="otel-xray", state="Ready", events=[]),
    event("extension", 40, name="collector", state="Ready", events=["INVOKE"]),
    event("initRuntimeDone", 100, initializationType="on-demand", status="success", phase="init"),
    event(
        "initReport",
        120,
        initializationType="on-demand",
        phase="init",
        metrics={"durationMs": 120.5},
    ),
]


def invocation(request_id: str, start: int, **changes: Any) -> list[dict[str, Any]]:
    """Return the events of an invocation that begins so many milliseconds after the beginning."""
    tracing = {"spanId": "54565fb41ac79632", "type": "X-Amzn-Trace-Id", "value": "Root=1-2-3"}
    return [
        event("start", start, requestId=request_id, version="$LATEST", tracing=tracing),
        event(
            "runtimeDone",
            start + 35,
            requestId=request_id,
            status="success",
            metrics={"durationMs": 35.0, "producedBytes": 17},
            spans=[
                span("responseLatency", start, 23.25),
                span("responseDuration", start + 23, 0.5),
                span("runtimeOverhead", start + 24, 10.75),
            ],
            tracing=tracing,
        )
        | changes,
        event(
            "report",
            start + 50,
            requestId=request_id,
            status="success",
            metrics={
                "durationMs": 50.0,
                "billedDurationMs": 51,
                "memorySizeMB": 256,
                "maxMemoryUsedMB": 64,
                "initDurationMs": 120.5,
            },
            spans=[span("extensionOverhead", start + 35, 15.0)],
            tracing=tracing,
        ),
    ]


def parsed(posted: list[dict[str, Any]]) -> list[Event]:
    """Return the events as values."""
    return events.parse(json.dumps(posted).encode())
