"""The platform's telemetry events, in the form of the Telemetry API ("Event schema reference")."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Any, TypeAlias

from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header, ids
from tests.aws_lambda.control_plane.outcome import Outcome

Event: TypeAlias = dict[str, Any]


def timestamp(seconds: float) -> str:
    """Write a time as the events do: ISO 8601 with milliseconds."""
    time = datetime.fromtimestamp(seconds, timezone.utc)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(kind: str, time: float, **record: Any) -> Event:
    """Return a ``platform`` event; what is None is left out of its record."""
    known = {name: value for name, value in record.items() if value is not None}
    return {"time": timestamp(time), "type": f"platform.{kind}", "record": known}


def span(name: str, start: float, end: float) -> dict[str, Any]:
    """Return a measured stretch of an invocation."""
    return {"name": name, "start": timestamp(start), "durationMs": milliseconds(end - start)}


def milliseconds(seconds: float) -> float:
    """Return a duration as the events hold it: with three decimals."""
    return round(max(0.0, seconds) * 1000, 3)


def tracing(trace: str | None) -> dict[str, str] | None:
    """Return what events say of the trace: the function segment's id, and the header."""
    if trace is None:
        return None
    stated = {"type": "X-Amzn-Trace-Id", "value": trace}
    try:
        parent = header.parse(trace).parent
    except InvalidTraceHeader:
        return stated
    return stated if parent is None else {"spanId": ids.to_hex(parent), **stated}


def runtime_done(outcome: Outcome, next_at: float) -> Event:
    """Tell that the runtime has asked for the next event, or has gone."""
    responded = outcome.responded
    spans = None
    if responded is not None:
        spans = [
            span("responseLatency", outcome.handed, responded),
            span("responseDuration", responded, responded),
            span("runtimeOverhead", responded, next_at),
        ]
    return event(
        "runtimeDone",
        next_at,
        requestId=outcome.request_id,
        status=outcome.status,
        errorType=_error_type(outcome),
        metrics={
            "durationMs": milliseconds(next_at - outcome.handed),
            "producedBytes": len(outcome.payload),
        },
        spans=spans,
        tracing=tracing(outcome.trace),
    )


def report(outcome: Outcome, next_at: float, **metrics: float | None) -> Event:
    """Tell what the invocation cost."""
    end = outcome.finished or next_at
    duration = milliseconds(end - outcome.handed)
    known = {name: value for name, value in metrics.items() if value is not None}
    return event(
        "report",
        end,
        requestId=outcome.request_id,
        status=outcome.status,
        errorType=_error_type(outcome),
        metrics={"durationMs": duration, "billedDurationMs": math.ceil(duration), **known},
        spans=[span("extensionOverhead", next_at, end)],
        tracing=tracing(outcome.trace),
    )


def report_of_managed(outcome: Outcome, next_at: float, done: Event) -> Event:
    """Tell the same on a managed instance: the duration alone, and the spans."""
    told = report(outcome, next_at)
    record = told["record"]
    record["metrics"] = {"durationMs": record["metrics"]["durationMs"]}
    spans = done["record"].get("spans", ())
    record["spans"] = [span for span in spans if span["name"] != "runtimeOverhead"]
    return told


def _error_type(outcome: Outcome) -> str | None:
    return None if outcome.error is None else str(outcome.error.get("errorType"))
