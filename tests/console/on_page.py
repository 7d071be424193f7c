"""Where things stand on the console's page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.console.senders import new_trace_id

TRACE = new_trace_id(1)

# name, depth, status, phase: what `order` draws
ORDER_ROWS = [
    ("orders.example.com", 0, "fault", ""),
    ("store_order", 1, "fault", ""),
    ("Initialization", 2, "ok", "initialization"),
    ("Invocation", 2, "fault", "invocation"),
    ("## handler", 3, "fault", ""),
    ("DynamoDB", 4, "throttle", ""),
    ("Overhead", 2, "ok", "overhead"),
]


def rows(page: Page) -> Locator:
    """Return the rows of the segments timeline."""
    return page.get_by_test_id("timeline-row")


def row(page: Page, name: str) -> Locator:
    """Return the timeline's row with *name*."""
    return page.locator(f'[data-testid=timeline-row][data-name="{name}"]')


def selected(page: Page) -> Locator:
    """Return the row under the cursor."""
    return page.locator('[data-testid=timeline-row][aria-selected="true"]')


def tab(page: Page, name: str) -> Locator:
    """Return one tab of the details."""
    return page.locator(f"[data-testid=detail-tab][data-tab={name}]")


def panel(page: Page) -> Locator:
    """Return what the chosen tab shows."""
    return page.get_by_test_id("detail-panel")
