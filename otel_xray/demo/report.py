"""What the demo shows in the terminal: progress, a table of traces, a segments timeline."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from otel_xray.demo.orders import Placed
from otel_xray.demo.views import Http, Row, Summary, View

PLAIN_WIDTH = 120  # columns, where the output is no terminal
BAR_WIDTH = 40

# X-Ray's colours of the statuses.
STYLES = {
    "ok": "green",
    "error": "yellow",
    "fault": "red",
    "throttle": "magenta",
    "pending": "bright_black",
}
_RIGHT: Mapping[str, JustifyMethod] = {"Time": "right", "Entities": "right"}
PHASE_STYLES = {"initialization": "cyan", "invocation": "blue", "overhead": "bright_black"}


class Report:
    """Writes to *output*: in colours and in place if it is a terminal, plain lines if not."""

    def __init__(self, output: TextIO | None = None) -> None:
        stream = output or sys.stdout
        width = None if stream.isatty() else PLAIN_WIDTH
        self.console = Console(file=stream, width=width, highlight=False)

    def say(self, text: str) -> None:
        """Write one line."""
        self.console.print(text, markup=False, soft_wrap=True)

    @contextmanager
    def progress(self, orders: int) -> Generator[OrderProgress]:
        """Show how far the orders are for the length of a block."""
        if not self.console.is_terminal:
            yield OrderProgress(self, None, orders)
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as live:
            yield OrderProgress(self, live, orders)

    def traces(self, summaries: Sequence[Summary]) -> None:
        """Show a table of traces."""
        table = Table(title="Traces", title_justify="left", box=SIMPLE_HEAD)
        for name in ("Trace", "Request", "Status", "Code", "Time", "Entities", "orderId"):
            table.add_column(name, overflow="fold", justify=_RIGHT.get(name, "left"))
        for summary in summaries:
            table.add_row(*_cells(summary))
        self.console.print(table)

    def timeline(self, view: View) -> None:
        """Draw the segments timeline of a trace."""
        rows = view["rows"]
        begin, end = extent(rows)
        table = Table(
            title=f"Segments timeline of {view['trace']['id']}",
            title_justify="left",
            box=SIMPLE_HEAD,
        )
        table.add_column("Name")
        table.add_column("Status")
        table.add_column("Time", justify="right")
        table.add_column(f"0 … {duration(end - begin)}", min_width=BAR_WIDTH, no_wrap=True)
        for row in rows:
            name = Text("  " * row["depth"] + row["name"])
            name.append(f"  {row['origin']}" if row["origin"] else "", "bright_black")
            time = duration(_end(row, end) - row["start"])
            table.add_row(name, _status(row), time, _bar(row, begin, end))
        self.console.print(table)


class OrderProgress:
    """How many orders are placed, and how many traces have arrived complete."""

    def __init__(self, report: Report, live: Progress | None, orders: int) -> None:
        self._report = report
        self._live = live
        self._number = 0
        self._orders = orders
        self._placed = live.add_task("orders placed", total=orders) if live else None
        self._complete = live.add_task("traces complete", total=None) if live else None
        self._last = -1

    def placed(self, placed: Placed) -> None:
        """Count an order."""
        self._number += 1
        if self._live is not None and self._placed is not None:
            self._live.advance(self._placed)
        self._report.say(
            f"order {self._number:>2}/{self._orders}  {placed.order.kind.value:<16} "
            f"{placed.status}  {duration(placed.seconds):>7}  {placed.trace_id}"
        )

    def complete(self, number: int, of: int) -> None:
        """Say how many traces are complete."""
        if self._live is not None and self._complete is not None:
            self._live.update(self._complete, completed=number, total=of)
        elif number != self._last:
            self._report.say(f"{number} of {of} traces are complete")
        self._last = number


def extent(rows: Sequence[Row]) -> tuple[float, float]:
    """Return the earliest start and the latest time of *rows*, in seconds since the epoch."""
    starts = [row["start"] for row in rows]
    return min(starts), max([row["end"] for row in rows if row["end"]] + starts)


def place(start: float, end: float, begin: float, total: float, width: int) -> tuple[int, int]:
    """
    Return where a bar begins and how long it is, in characters of *width*.

    Every bar is at least one character long and none leaves the width.
    """
    # Shares first: the width over the total is infinite for the smallest totals.
    before, during = ((start - begin) / total, (end - start) / total) if total > 0 else (0.0, 0.0)
    offset = min(int(before * width), width - 1)
    length = max(1, round(during * width))
    return offset, min(length, width - offset)


def duration(seconds: float) -> str:
    """Write a time as people read it."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _end(row: Row, latest: float) -> float:
    return latest if row["end"] is None else float(row["end"])


def _bar(row: Row, begin: float, end: float) -> Text:
    offset, length = place(row["start"], _end(row, end), begin, end - begin, BAR_WIDTH)
    style = PHASE_STYLES.get(row["phase"] or "", STYLES["ok"])
    style = style if row["status"] == "ok" else STYLES.get(row["status"], "")
    return Text(" " * offset) + Text("█" * length, style)


def _status(row: Row | Summary) -> Text:
    return Text(row["status"], STYLES.get(row["status"], ""))


def _cells(summary: Summary) -> tuple[Text | str, ...]:
    http = summary["http"]
    return (
        summary["id"],
        _request(http) if http else summary["entryPoint"] or "",
        _status(summary),
        str(http["status"] or "") if http else "",
        "" if summary["duration"] is None else duration(summary["duration"]),
        str(summary["entities"]),
        ", ".join(str(value)[:8] for value in summary["annotations"].get("orderId", ())),
    )


def _request(http: Http) -> str:
    path = (http["url"] or "").partition("//")[2].partition("/")[2]
    return f"{http['method'] or ''} /{path}".strip()
