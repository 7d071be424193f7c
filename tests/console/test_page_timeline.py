"""The segments timeline, driven in Chromium against a running console."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.console.on_page import ORDER_ROWS, TRACE, panel, row, rows, selected
from tests.console.senders import Senders, entity_id, order, span

pytestmark = pytest.mark.slow


def test_rows_are_in_order(timeline: Page) -> None:
    """Rows stand depth first, with status and phase, segments beside subsegments."""
    found = rows(timeline).evaluate_all(
        "rows => rows.map(({dataset: d}) => [d.name, +d.depth, d.status, d.phase])"
    )

    assert ORDER_ROWS == [tuple(each) for each in found]


def test_phases_are_labelled(timeline: Page) -> None:
    """The bars of a function's phases carry the phase's name and how long it took."""
    for name, took in (("Initialization", "200 ms"), ("Invocation", "350 ms")):
        expect(row(timeline, name).locator(".bar-label")).to_have_text(f"{name} · {took}")
    expect(row(timeline, "Overhead").locator(".bar-label")).to_contain_text("Overhead · 50")


def test_bars_stand_where_the_time_is(timeline: Page) -> None:
    """A bar begins and ends at its share of the trace's time."""
    style = (
        row(timeline, "DynamoDB")
        .locator(".bar")
        .evaluate("bar => [parseFloat(bar.style.left), parseFloat(bar.style.width)]")
    )

    assert [50, 10] == pytest.approx(style, abs=0.01)


def test_origin_and_counts_are_badges(timeline: Page) -> None:
    """A segment shows its origin, a row how many annotations and exceptions it has."""
    expect(row(timeline, "store_order").locator(".origin")).to_have_text("Lambda Function")
    expect(row(timeline, "DynamoDB").locator(".origin")).to_have_text("AWS")
    expect(row(timeline, "## handler").locator(".count-annotation")).to_contain_text(
        "3 annotations"
    )
    expect(row(timeline, "DynamoDB").locator(".count-exception")).to_contain_text("2 exceptions")


def test_the_summary_has_both_ids(timeline: Page) -> None:
    """The head names request, code and duration, and the id in X-Ray's and W3C's form."""
    summary = timeline.get_by_test_id("summary")
    ids = timeline.get_by_test_id("trace-id")

    expect(summary).to_contain_text("https://orders.example.com/order/71032")
    expect(summary).to_contain_text("502")
    expect(ids).to_have_text([TRACE, TRACE.replace("-", "")[1:]])
    expect(timeline).to_have_title("POST /order/71032 502 · otel-xray")


def test_it_is_a_treegrid(timeline: Page) -> None:
    """Assistive technology reads a treegrid with levels, expansion and the row chosen."""
    grid = timeline.get_by_role("treegrid", name="Segments timeline")

    expect(grid).to_have_attribute("aria-rowcount", str(len(ORDER_ROWS) + 1))
    expect(grid).to_have_attribute("aria-activedescendant", f"row-{entity_id(1)}")
    expect(row(timeline, "## handler")).to_have_attribute("aria-level", "4")
    expect(row(timeline, "## handler")).to_have_attribute("aria-expanded", "true")
    assert row(timeline, "DynamoDB").get_attribute("aria-expanded") is None


def test_arrow_keys_walk_the_tree(timeline: Page) -> None:
    """Up and down move, left closes a row or goes to its parent, right opens it again."""
    timeline.keyboard.press("ArrowDown")
    expect(selected(timeline)).to_have_attribute("data-name", "store_order")

    timeline.keyboard.press("ArrowLeft")
    expect(rows(timeline)).to_have_count(2)
    expect(row(timeline, "store_order")).to_have_attribute("aria-expanded", "false")

    timeline.keyboard.press("ArrowLeft")
    expect(selected(timeline)).to_have_attribute("data-name", "orders.example.com")

    for _ in range(2):
        timeline.keyboard.press("ArrowRight")
    expect(rows(timeline)).to_have_count(len(ORDER_ROWS))
    expect(selected(timeline)).to_have_attribute("data-name", "store_order")

    timeline.keyboard.press("ArrowRight")
    expect(selected(timeline)).to_have_attribute("data-name", "Initialization")


def test_e_goes_to_the_next_trouble(timeline: Page) -> None:
    """Key e goes to the next row with an error, opening what hides it; E goes back."""
    timeline.get_by_role("button", name="Collapse all").click()
    expect(rows(timeline)).to_have_count(1)

    for expected in ("store_order", "Invocation", "## handler", "DynamoDB"):
        timeline.keyboard.press("e")
        expect(selected(timeline)).to_have_attribute("data-name", expected)

    timeline.keyboard.press("e")
    expect(selected(timeline)).to_have_attribute("data-name", "orders.example.com")
    timeline.keyboard.press("Shift+E")
    expect(selected(timeline)).to_have_attribute("data-name", "DynamoDB")


def test_names_can_be_made_wider(timeline: Page) -> None:
    """The line beside the names moves with the arrow keys, and the names with it."""
    line = timeline.get_by_role("separator", name="Width of the names")
    cell = row(timeline, "DynamoDB").locator(".name-cell")
    before = cell.evaluate("cell => cell.offsetWidth")

    line.focus()
    timeline.keyboard.press("ArrowRight")

    expect(line).to_have_attribute("aria-valuenow", "42")
    assert before < cell.evaluate("cell => cell.offsetWidth")
    expect(rows(timeline)).to_have_count(len(ORDER_ROWS))


def test_enter_shows_and_escape_hides_details(timeline: Page) -> None:
    """Enter shows a row's details, they follow the cursor, Escape hides them, then leaves."""
    timeline.keyboard.press("End")
    timeline.keyboard.press("Enter")
    expect(panel(timeline)).to_contain_text("Overhead")

    timeline.keyboard.press("ArrowUp")
    expect(panel(timeline)).to_contain_text("DynamoDB")
    assert timeline.url.endswith(f"#/traces/{TRACE}/{entity_id(6)}")

    timeline.keyboard.press("Escape")
    expect(timeline.get_by_test_id("details")).to_have_count(0)
    timeline.keyboard.press("Escape")
    expect(timeline.get_by_test_id("trace-row")).to_have_count(1)


def test_the_mouse_closes_and_opens_rows(timeline: Page) -> None:
    """A row's arrow hides its subsegments; the buttons do it for all rows."""
    row(timeline, "Invocation").get_by_test_id("expander").click()
    expect(rows(timeline)).to_have_count(5)

    timeline.get_by_role("button", name="Collapse all").click()
    expect(rows(timeline)).to_have_count(1)
    timeline.get_by_role("button", name="Expand all").click()

    expect(rows(timeline)).to_have_count(len(ORDER_ROWS))


def test_what_is_in_progress_grows(page: Page, send: Senders) -> None:
    """A segment without an end is drawn hatched up to now, and becomes done by itself."""
    start = time.time() - 2
    begun = {"name": "slow", "id": entity_id(1), "trace_id": TRACE, "start_time": start}
    send.segments({**begun, "in_progress": True})  # type: ignore[typeddict-item]  # a subset
    page.goto(f"/#/traces/{TRACE}")
    expect(row(page, "slow")).to_have_attribute("data-status", "pending")
    expect(row(page, "slow").locator(".bar-pending")).to_be_visible()
    expect(row(page, "slow").locator(".bar-label")).to_contain_text("in progress")

    send.segments({**begun, "end_time": start + 3})  # type: ignore[typeddict-item]  # a subset

    expect(row(page, "slow")).to_have_attribute("data-status", "ok")
    expect(row(page, "slow").locator(".bar-label")).to_have_text("3.00 s")


def test_an_orphan_is_marked(page: Page, send: Senders) -> None:
    """A row whose parent was not received says so, and the trace is partial."""
    send.segments(order(TRACE, time.time() - 5)[0])  # the function without the API
    page.goto(f"/#/traces/{TRACE}")

    expect(row(page, "store_order")).to_contain_text("parent missing")
    expect(page.get_by_test_id("summary")).to_contain_text("Partial")


def test_ten_thousand_rows_scroll(page: Page, send: Senders) -> None:
    """A trace of 10,000 rows keeps fewer than 300 in the document, wherever one is."""
    now = time.time() - 20
    root = span(TRACE, 1, "batch", now, now + 10)
    steps = (
        span(TRACE, n, f"step {n}", now + n / 1000, now + n / 1000 + 0.001, kind=1,
             parentSpanId=entity_id(1))
        for n in range(2, 10_001)
    )  # fmt: skip
    send.spans("batch", [root, *steps])
    page.goto(f"/#/traces/{TRACE}")
    expect(page.get_by_role("treegrid")).to_have_attribute("aria-rowcount", "10001")
    assert 300 > rows(page).count()

    page.get_by_test_id("timeline").focus()
    page.keyboard.press("End")

    expect(row(page, "step 10000")).to_be_in_viewport()
    assert 300 > rows(page).count()
