"""
When a trace is complete: what every kind of order must have left behind.

Pure: the traces come as the console's JSON says them (``GET /api/traces/{id}``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from otel_xray.demo.orders import Kind
from otel_xray.demo.views import Row, Summary, View

SERVICE = "AWS::Lambda"
FUNCTION = "AWS::Lambda::Function"

_API = "order-api"
_PROCESS = "process_order"
_STORE = "store_order"


@dataclass(frozen=True, slots=True)
class Expected:
    """
    A segment or subsegment that must be there.

    Attributes:
        below: name of its parent; None for a root.
        origin: tells Lambda's two segments of one name apart.
        annotations: how many it must have at least.
        metadata: how many namespaces of it.
        exceptions: how many of them.
    """

    name: str
    below: str | None
    status: str = "ok"
    origin: str | None = None
    annotations: int = 0
    metadata: int = 0
    exceptions: int = 0


@dataclass(frozen=True, slots=True)
class Expectation:
    """
    A complete trace.

    Attributes:
        code: HTTP status of the root.
        annotations: values that must be among those of the trace; the order's id comes on top.
    """

    code: int
    entities: Sequence[Expected]
    annotations: Mapping[str, Any] = field(default_factory=dict[str, Any])


def _function(name: str, below: str, status: str = "ok") -> tuple[Expected, ...]:
    """Return what Lambda itself records of one invocation."""
    return (
        Expected(name, below, origin=SERVICE),
        Expected(name, name, status, origin=FUNCTION),
        Expected("Invocation", name, status),
        Expected("Overhead", name),
    )


def _request(
    status: str, handler: Expected, *, function_status: str = "ok"
) -> tuple[Expected, ...]:
    """Return the way from the front into the handler of process_order."""
    return (
        Expected(_API, None, status),
        Expected("Lambda", _API),
        *_function(_PROCESS, "Lambda", function_status),
        handler,
    )


def _stored(status: str, call_status: str) -> tuple[Expected, ...]:
    """Return the way from the handler of process_order into the table."""
    failures = int(status == "fault")
    return (
        Expected("127.0.0.1", "Handler"),
        Expected("Events", "Handler"),
        *_function(_STORE, "Events", status),
        Expected("## handler", _STORE, status, annotations=3, metadata=1, exceptions=failures),
        Expected("## store_order.store", "## handler", status, exceptions=failures),
        Expected("DynamoDB", "## store_order.store", call_status),
    )


_TAKEN = _request("ok", Expected("Handler", _PROCESS, annotations=4, metadata=1))
_GOOD = Expectation(200, (*_TAKEN, *_stored("ok", "ok")), {"successfulOrder": True})

EXPECTATIONS: Mapping[Kind, Expectation] = {
    Kind.GOOD: _GOOD,
    Kind.CONFIRMED: _GOOD,
    Kind.UNAVAILABLE: Expectation(
        400,
        _request("error", Expected("Handler", _PROCESS, annotations=4)),
        {"successfulOrder": False},
    ),
    Kind.THROTTLED: Expectation(
        200, (*_TAKEN, *_stored("fault", "throttle")), {"successfulOrder": True}
    ),
    Kind.RAISING: Expectation(
        502,
        _request(
            "fault",
            Expected("Handler", _PROCESS, "fault", annotations=3, exceptions=1),
            function_status="fault",
        ),
    ),
}

CONFIRMATION = Expectation(
    200, (Expected(_API, None), Expected("confirm order", _API, annotations=1, metadata=1))
)

# What the first order has on top: both functions were started for it.
COLD_START = (Expected("Initialization", _PROCESS), Expected("Initialization", _STORE))


def problems(
    expectation: Expectation,
    order_id: str,
    view: View | None,
    *extra: Expected,
) -> list[str]:
    """
    Say in what a trace is not complete; nothing if it is.

    Args:
        expectation: what it must be.
        order_id: value of its annotation ``orderId``.
        view: ``{"trace": Summary, "rows": [Row]}``; None when the console has no such trace.
        extra: further entities that must be there.
    """
    if view is None:
        return ["the console has no such trace"]
    rows = view["rows"]
    names = {row["id"]: row["name"] for row in rows}
    wanted = {"orderId": order_id, **expectation.annotations}
    return [
        *_unfinished(rows),
        *_root(expectation, view["trace"]),
        *(
            text
            for entity in (*expectation.entities, *extra)
            for text in _entity(entity, rows, names)
        ),
        *_annotations(wanted, view["trace"]["annotations"]),
    ]


def _unfinished(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row["inProgress"]:
            yield f"{row['name']} is in progress"
        if row["orphan"]:
            yield f"the parent of {row['name']} is not there"


def _root(expectation: Expectation, summary: Summary) -> Iterator[str]:
    if summary["partial"]:
        yield "a part that others refer to is not there"
    code = summary["http"]["status"] if summary["http"] else None
    if code != expectation.code:
        yield f"the root has HTTP status {code}, not {expectation.code}"


def _entity(expected: Expected, rows: Sequence[Row], names: Mapping[str, str]) -> Iterator[str]:
    what = f"{expected.origin or ''} {expected.name}".strip()
    place = f" below {expected.below}" if expected.below else ""
    found = [row for row in rows if _is(expected, row, names)]
    if not found:
        yield f"{what}{place} is not there"
        return
    row = found[0]
    if row["status"] != expected.status:
        yield f"{what}{place} is {row['status']}, not {expected.status}"
    for part in _COUNTED:
        if row[part] < getattr(expected, part):
            yield f"{what}{place} has {row[part]} {part}, not {getattr(expected, part)}"


_Counted: TypeAlias = Literal["annotations", "metadata", "exceptions"]
_COUNTED: tuple[_Counted, ...] = ("annotations", "metadata", "exceptions")


def _is(expected: Expected, row: Row, names: Mapping[str, str]) -> bool:
    parent = names.get(row["parent"]) if row["parent"] else None
    origin = expected.origin is None or row["origin"] == expected.origin
    return row["name"] == expected.name and parent == expected.below and origin


def _annotations(wanted: Mapping[str, Any], found: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    for key, value in wanted.items():
        if value not in found.get(key, ()):
            yield f"no annotation {key} is {value!r}: {list(found.get(key, ()))}"
