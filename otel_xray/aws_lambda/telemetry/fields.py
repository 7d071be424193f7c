"""
What is read of each kind of event, as one table of fields.

A field that is missing, or is not what the platform writes there, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, cast

from otel_xray.aws_lambda.telemetry.events import Event, parse_time
from otel_xray.aws_lambda.telemetry.values import Stretch, stretch

LONGEST_TEXT = 256

Fields: TypeAlias = Mapping[str, Any]
Read: TypeAlias = "Callable[[Event], Any]"

_MEBIBYTE = 1 << 20
_LARGEST = 1e12  # milliseconds: 30 years; bytes: a terabyte


def read(event: Event) -> Fields:
    """Return the fields that *event* tells, by their names in `values`."""
    found = {name: one(event) for name, one in _READ[event.kind]}
    return {name: value for name, value in found.items() if value is not None}


def merge(told: Mapping[str, Fields]) -> dict[str, Any]:
    """Put together what several kinds of events say, the one that knows best last."""
    merged: dict[str, Any] = {}
    for kind in _READ:
        merged.update(told.get(kind, {}))
    return merged


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value < _LARGEST else None  # not: not a number


def whole(value: object) -> int | None:
    """Accept a number that can be one, without its fraction."""
    number = _number(value)
    return None if number is None else int(number)


def text(value: object) -> str | None:
    """Accept a text, cut to a length that can be kept."""
    return value[:LONGEST_TEXT] if isinstance(value, str) and value else None


def _mebibytes(value: object) -> int | None:
    number = whole(value)
    return None if number is None else number * _MEBIBYTE


def _at(path: str, convert: Callable[[object], Any]) -> Read:
    """Read the value at *path*, names separated by points."""
    names = path.split(".")

    def read(event: Event) -> Any:
        value: Any = event.record
        for name in names:
            value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
        return convert(value)

    return read


def _span(name: str) -> Read:
    """Read the measured stretch called *name*."""

    def read(event: Event) -> Stretch | None:
        stated = event.record.get("spans")
        for one in cast("Iterable[Any]", stated) if isinstance(stated, list) else ():
            if isinstance(one, dict):
                span = cast("dict[str, Any]", one)
                if span.get("name") == name:
                    return stretch(parse_time(span.get("start")), _number(span.get("durationMs")))
        return None

    return read


def _time(event: Event) -> int:
    return event.time


_TYPE: tuple[tuple[str, Read], ...] = (
    ("type", _at("initializationType", text)),
    ("phase", _at("phase", text)),
)
_RESULT: tuple[tuple[str, Read], ...] = (
    ("status", _at("status", text)),
    ("error_type", _at("errorType", text)),
)
_DURATION: tuple[tuple[str, Read], ...] = (("duration", _at("metrics.durationMs", _number)),)
_STARTED: tuple[tuple[str, Read], ...] = (("started", _time),)
_SPAN_ID: tuple[tuple[str, Read], ...] = (("span_id", _at("tracing.spanId", text)),)
_SPANS: tuple[tuple[str, Read], ...] = (
    ("response_latency", _span("responseLatency")),
    ("response_duration", _span("responseDuration")),
    ("runtime_overhead", _span("runtimeOverhead")),
    ("extension_overhead", _span("extensionOverhead")),
)

# Kind of event → field → how it is read; later kinds go before earlier ones.
_READ: Mapping[str, tuple[tuple[str, Read], ...]] = {
    "initStart": (*_TYPE, *_STARTED),
    "initRuntimeDone": (*_TYPE, *_RESULT),
    "initReport": (*_TYPE, *_RESULT, *_DURATION),
    "restoreStart": _STARTED,
    "restoreRuntimeDone": _RESULT,
    "restoreReport": (*_RESULT, *_DURATION),
    "start": (*_STARTED, *_SPAN_ID),
    # On managed instances the report alone tells of the end, with the spans.
    "report": (
        *_RESULT,
        *_DURATION,
        *_SPANS,
        *_SPAN_ID,
        ("billed_duration", _at("metrics.billedDurationMs", _number)),
        ("memory_size", _at("metrics.memorySizeMB", _mebibytes)),
        ("max_memory_used", _at("metrics.maxMemoryUsedMB", _mebibytes)),
        ("init_duration", _at("metrics.initDurationMs", _number)),
        ("restore_duration", _at("metrics.restoreDurationMs", _number)),
    ),
    "runtimeDone": (
        *_RESULT,
        *_DURATION,
        *_SPANS,
        *_SPAN_ID,
        ("produced_bytes", _at("metrics.producedBytes", whole)),
    ),
}
