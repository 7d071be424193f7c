"""The demo from start to end: place orders, see their traces arrive, show them, serve."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from otel_xray.demo import orders, traces, watching
from otel_xray.demo.orders import Placed, place
from otel_xray.demo.report import Report
from otel_xray.demo.system import Ports, System, running
from otel_xray.demo.watching import Watched

COMPLETE_SECONDS = 30.0  # after the last order
ORDER_SECONDS = 10.0  # between two orders while serving
CHECK_SECONDS = 0.5
LOG_LINES = 20


@dataclass(frozen=True, slots=True)
class Options:
    """
    What the command line says.

    Attributes:
        once: end when the traces have arrived, instead of serving.
        orders: how many to place.
        database: of the console; None for a temporary one.
    """

    once: bool = False
    orders: int = 12
    ports: Ports = field(default_factory=Ports)
    database: Path | None = None


def run(options: Options, report: Report | None = None) -> int:
    """
    Run the demo.

    Returns:
        The exit code: 0 if every expected trace arrived complete. While serving it is always 0.

    Raises:
        ConfigurationError: a port or the database cannot be used.
        OtelXrayError: a part did not start, or ended too early.
    """
    report = report or Report()
    report.say("Starting the console, AWS, the payment provider and the order API …")
    with running(options.ports, options.database) as system:
        watched = _orders(system, options.orders, report)
        _show(system, watched, report)
        missing = _verdict(system, watched, report)
        if options.once:
            return int(missing)
        _serve(system, watched, options.orders, report)
    return 0


def _orders(system: System, number: int, report: Report) -> list[Watched]:
    """Place the orders and wait for their traces."""
    with report.progress(number) as progress:
        placed: list[Placed] = []
        for order in orders.plan(number):
            system.check()
            placed.append(place(order, system.front, system.aws))
            progress.placed(placed[-1])
        watched = watching.expected(placed)
        watching.wait(
            system.console,
            watched,
            COMPLETE_SECONDS,
            lambda complete: progress.complete(complete, len(watched)),
        )
    return watched


def _show(system: System, watched: Sequence[Watched], report: Report) -> None:
    report.traces(traces.newest(system.console, len(watched)))
    chosen = _chosen(watched)
    if chosen is not None and chosen.view is not None:
        report.timeline(chosen.view)


def _chosen(watched: Sequence[Watched]) -> Watched | None:
    """Return the trace to be shown: the complete one that has the most in it."""
    complete = [one for one in watched if one.view is not None and not one.problems]
    return max(complete, key=lambda one: len(one.view["rows"] if one.view else ()), default=None)


def _verdict(system: System, watched: Sequence[Watched], report: Report) -> bool:
    """Say what is missing, and what the functions said; return whether anything is."""
    incomplete = [one for one in watched if one.problems]
    for one in incomplete:
        report.say(f"{one.label}, trace {one.trace_id or 'unknown'}:")
        for problem in one.problems:
            report.say(f"  - {problem}")
    if not incomplete:
        report.say(f"All {len(watched)} expected traces arrived complete.")
        return False
    for log in system.logs:
        report.say(f"The end of {log.name}:")
        report.say(_end(log))
    return True


def _end(log: Path) -> str:
    """Return the last lines of a function's log; it has none before it was started."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-LOG_LINES:])


def _serve(system: System, watched: Sequence[Watched], placed: int, report: Report) -> None:
    """Place an order now and then until Ctrl-C."""
    chosen = _chosen(watched)
    page = f"{system.console}/#/traces"
    report.say(f"Open {page}/{chosen.view['trace']['id'] if chosen and chosen.view else ''}")
    report.say(f"All traces: {page}    Order yourself: curl -X POST {system.front}/order/71032")
    report.say(f"A new order every {ORDER_SECONDS:g} s. Ctrl-C ends the demo.")
    try:
        for order in islice(orders.endless(), placed, None):
            _wait(system, ORDER_SECONDS)
            place(order, system.front, system.aws)
    except KeyboardInterrupt:
        report.say("Stopping …")


def _wait(system: System, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        system.check()
        time.sleep(CHECK_SECONDS)
