"""Waiting until the traces of the orders are complete."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from otel_xray.demo import traces
from otel_xray.demo.expectations import (
    COLD_START,
    CONFIRMATION,
    EXPECTATIONS,
    Expectation,
    Expected,
    problems,
)
from otel_xray.demo.orders import Kind, Placed
from otel_xray.demo.views import View

POLL_SECONDS = 0.1


@dataclass(slots=True)
class Watched:
    """
    A trace that has to arrive.

    Attributes:
        label: for people.
        trace_id: None for a trace that is only known by its order; then *known* is not it.
        problems: what is missing; empty when the trace is complete.
        view: the trace, as last seen.
    """

    label: str
    order_id: str
    expectation: Expectation
    trace_id: str | None = None
    known: str = ""
    extra: Sequence[Expected] = ()
    problems: list[str] = field(default_factory=lambda: ["not looked for yet"])
    view: View | None = None


def expected(placed: Sequence[Placed]) -> list[Watched]:
    """Return the traces that *placed* orders must leave, the first having started everything."""
    watched: list[Watched] = []
    for number, one in enumerate(placed, 1):
        order, extra = one.order, COLD_START if number == 1 else ()
        label = f"order {number} ({order.kind.value})"
        expectation = EXPECTATIONS[order.kind]
        watched.append(Watched(label, order.order_id, expectation, one.trace_id, extra=extra))
        if order.kind is Kind.CONFIRMED:
            label = f"confirmation of order {number}"
            watched.append(Watched(label, order.order_id, CONFIRMATION, known=one.trace_id))
    return watched


def wait(
    console: str,
    watched: Sequence[Watched],
    timeout: float,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """
    Look at the traces until all are complete, or *timeout* seconds have passed.

    Args:
        console: URL of the console.
        watched: is updated.
        timeout: seconds.
        progress: gets the number of complete traces, whenever they were looked at.
    """
    deadline = time.monotonic() + timeout
    while True:
        for one in watched:
            if one.problems:
                look(console, one, len(watched))
        progress(sum(not one.problems for one in watched))
        if not any(one.problems for one in watched) or time.monotonic() > deadline:
            return
        time.sleep(POLL_SECONDS)


def look(console: str, watched: Watched, among: int) -> None:
    """Compare a trace with what it must be; one without an id is sought among the newest."""
    trace_id = watched.trace_id
    if trace_id is None:
        found = traces.annotated(console, "orderId", watched.order_id, 2 * among)
        trace_id = next((other for other in found if other != watched.known), None)
    watched.view = traces.trace(console, trace_id) if trace_id else None
    watched.problems = problems(watched.expectation, watched.order_id, watched.view, *watched.extra)
