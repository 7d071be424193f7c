"""The list of traces: outlines → JSON."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from otel_xray.console.entity import ERROR, FAULT, THROTTLE, AnnotationValue
from otel_xray.console.query.status import PENDING, status
from otel_xray.console.store.base import Cursor, Page, RootRow, TraceOutline
from otel_xray.model.document import Json
from otel_xray.model.ids import to_w3c, to_xray

VALUES_PER_KEY = 50  # a batch job may put a million order ids under one key

_CURSOR = struct.Struct(">dq")


def page(found: Page) -> dict[str, Json]:
    """Return the answer to ``GET /api/traces``."""
    return {
        "revision": found.state.revision,
        "total": found.state.traces,
        "next": None if found.next is None else format_cursor(found.next),
        "traces": [summary(outline) for outline in found.outlines],
    }


def summary(outline: TraceOutline) -> dict[str, Json]:
    """Return a trace's summary, with the meaning that GetTraceSummaries gives to its members."""
    root = outline.root
    return {
        "id": to_xray(outline.trace_id),
        "w3c": to_w3c(outline.trace_id),
        "start": outline.start,
        "end": outline.end,
        "duration": _duration(outline),
        "responseTime": _response_time(root),
        "status": status(root.flags, in_progress=root.in_progress) if root else PENDING,
        "partial": outline.partial,
        "hasFault": bool(outline.flags & FAULT),
        "hasError": bool(outline.flags & ERROR),
        "hasThrottle": bool(outline.flags & THROTTLE),
        "http": _http(root),
        "entryPoint": root.name if root else None,
        "services": list(outline.services),
        "annotations": _annotations(outline.annotations),
        "user": outline.user,
        "entities": outline.entities,
    }


def format_cursor(cursor: Cursor) -> str:
    """Write *cursor* so that it needs no escaping in a URL."""
    return _CURSOR.pack(*cursor).hex()


def parse_cursor(text: str) -> Cursor | None:
    """Read what `format_cursor` wrote; None when *text* is something else."""
    try:
        start, number = _CURSOR.unpack(bytes.fromhex(text))
    except (ValueError, struct.error):
        return None
    return Cursor(start, number)


def _duration(outline: TraceOutline) -> float | None:
    """Return the latest end minus the earliest start, null while any entity is in progress."""
    if outline.pending or outline.end is None:
        return None
    return outline.end - outline.start


def _response_time(root: RootRow | None) -> float | None:
    if root is None or root.in_progress or root.end is None:
        return None
    return root.end - root.start


def _http(root: RootRow | None) -> dict[str, Json] | None:
    if root is None:
        return None
    members = {"method": root.method, "url": root.url, "status": root.code}
    return members if any(value is not None for value in members.values()) else None


def _annotations(
    pairs: Iterable[tuple[str, AnnotationValue]],
) -> dict[str, list[AnnotationValue]]:
    found: dict[str, list[AnnotationValue]] = {}
    for key, value in pairs:
        values = found.setdefault(key, [])
        if len(values) < VALUES_PER_KEY:
            values.append(value)
    return found
