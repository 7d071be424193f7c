"""What the demo shows in the terminal."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.demo.orders import Kind, Order, Placed
from otel_xray.demo.report import BAR_WIDTH, Report, duration, extent, place
from tests.demo.making import TRACE_ID, row, view

PLACED = Placed(Order(Kind.GOOD, "42"), 200, TRACE_ID, 0.0123)


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_progress_is_lines_where_there_is_no_terminal() -> None:
    """Each order is a line, and each change of the number of complete traces."""
    output = io.StringIO()
    with Report(output).progress(2) as progress:
        progress.placed(PLACED)
        for complete in (0, 0, 1):
            progress.complete(complete, 2)
    assert output.getvalue().splitlines() == [
        f"order  1/2  good order       200  12.3 ms  {TRACE_ID}",
        "0 of 2 traces are complete",
        "1 of 2 traces are complete",
    ]


def test_progress_is_live_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal two bars are drawn in place."""
    monkeypatch.setenv("TERM", "xterm")
    output = Terminal()
    with Report(output).progress(1) as progress:
        progress.placed(PLACED)
        progress.complete(1, 1)
    shown = output.getvalue()
    assert "orders placed" in shown
    assert "traces complete" in shown
    assert "\x1b[" in shown


def test_the_table_has_a_line_for_each_trace() -> None:
    """A trace's line has id, request, status, code, time, size and the order's id, cut short."""
    output = io.StringIO()
    seen = view(row("api", 1), annotations={"orderId": ["0123456789"]})["trace"]
    Report(output).traces([seen])
    line = output.getvalue().splitlines()[-2].split()
    assert line == [
        TRACE_ID, "POST", "/order/71032", "ok", "200", "1.00", "s", "1", "01234567",
    ]  # fmt: skip


def test_a_trace_without_a_request_is_named_by_its_entry_point() -> None:
    """Without http the table shows the name of the root, and no duration while it is open."""
    output = io.StringIO()
    seen = view()["trace"]
    seen["http"] = seen["duration"] = None
    Report(output).traces([seen])
    assert output.getvalue().splitlines()[-2].split() == [TRACE_ID, "order-api", "ok", "0"]


def test_the_timeline_has_a_bar_for_each_entity() -> None:
    """Rows are indented by depth, with origin, status, time and a bar at its place."""
    output = io.StringIO()
    first = row("api", 1, start=100.0, end=102.0)
    second = row("f", 2, 1, start=101.0, end=102.0, origin="AWS::Lambda", status="fault")
    third = row("open", 3, 1, start=101.5, end=None, phase="overhead")
    Report(output).timeline(view(first, second, third))
    title, _, _, _, one, two, three, _ = output.getvalue().splitlines()
    assert TRACE_ID in title
    assert one.count("█") == BAR_WIDTH
    assert two.count("█") == BAR_WIDTH // 2
    assert three.count("█") == BAR_WIDTH // 4
    assert "    f  AWS::Lambda" in two
    assert "fault" in two
    assert "500.0 ms" in three


def test_extent_looks_at_open_entities_too() -> None:
    """The time shown reaches from the first start to the last end or start."""
    rows = [row("a", 1, start=5.0, end=6.0), row("b", 2, start=7.0, end=None)]
    assert extent(rows) == (5.0, 7.0)


@given(
    start=st.floats(0, 100),
    length=st.floats(0, 100),
    total=st.floats(0, 200),
    width=st.integers(1, 200),
)
def test_no_bar_leaves_its_place(start: float, length: float, total: float, width: int) -> None:
    """Every bar has at least one character and ends within the width."""
    if start + length <= total:
        offset, size = place(start, start + length, 0, total, width)
        assert 0 <= offset < width
        assert 1 <= size <= width - offset


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0004, "0.4 ms"), (0.25, "250.0 ms"), (1.5, "1.50 s")]
)
def test_durations_are_readable(seconds: float, text: str) -> None:
    """Below a second a time is in milliseconds."""
    assert duration(seconds) == text
