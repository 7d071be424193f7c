"""Traces as the console's JSON says them, made for tests."""

from __future__ import annotations

from typing import Any

from otel_xray.demo.views import Row, View

TRACE_ID = "1-6b064d34-a45b05ade8b61d5ac8cb355a"


def row(name: str, number: int, parent: int | None = None, **more: Any) -> Row:
    """Return the row of an entity whose id is *number*."""
    made: Any = {
        "id": str(number),
        "parent": None if parent is None else str(parent),
        "depth": 0 if parent is None else 1,
        "name": name,
        "origin": None,
        "start": 100.0,
        "end": 101.0,
        "inProgress": False,
        "status": "ok",
        "phase": None,
        "annotations": 0,
        "metadata": 0,
        "exceptions": 0,
        "orphan": False,
    }
    row: Row = made | more
    return row


def view(*rows: Row, code: int = 200, annotations: dict[str, Any] | None = None) -> View:
    """Return a trace of *rows* that began with a request for /order/71032."""
    return {
        "trace": {
            "id": TRACE_ID,
            "duration": 1.0,
            "status": "ok",
            "partial": False,
            "http": {"method": "POST", "url": "http://127.0.0.1/order/71032", "status": code},
            "entryPoint": "order-api",
            "entities": len(rows),
            "annotations": annotations or {},
        },
        "rows": list(rows),
    }
