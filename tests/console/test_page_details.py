"""The details of a row, driven in Chromium against a running console."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.console.on_page import TRACE, panel, row, tab
from tests.console.senders import Senders, entity_id, order

pytestmark = pytest.mark.slow


def test_overview(timeline: Page) -> None:
    """The overview has name, ids, times, flags, request and response."""
    row(timeline, "orders.example.com").click()

    for text in (entity_id(1), "AWS::ApiGateway::Stage", "fault", "POST", "502"):
        expect(panel(timeline)).to_contain_text(text)


def test_resources(timeline: Page) -> None:
    """Resources shows the aws block, whatever members it has."""
    row(timeline, "DynamoDB").click()
    tab(timeline, "resources").click()

    expect(panel(timeline)).to_contain_text("PutItem")
    expect(panel(timeline)).to_contain_text("orders")


def test_annotations(handler: Page) -> None:
    """Annotations are listed with value and type."""
    tab(handler, "annotations").click()

    annotations = handler.get_by_test_id("annotation")
    expect(annotations).to_have_text(
        ["orderId7a31c9string", "successfulOrderfalseboolean", "items3number"]
    )


def test_metadata(handler: Page) -> None:
    """Metadata is a tree that closes, one for each namespace."""
    tab(handler, "metadata").click()
    namespace = handler.locator('[data-testid=metadata][data-namespace="order"]')
    expect(namespace).to_contain_text('"71032"')

    namespace.locator("summary").first.click()

    expect(namespace).not_to_contain_text('"71032"')


def test_exceptions(timeline: Page) -> None:
    """Exceptions are a chain with frames; what another service reported is marked remote."""
    row(timeline, "DynamoDB").click()
    tab(timeline, "exceptions").click()

    exceptions = timeline.get_by_test_id("exception")
    expect(exceptions).to_have_count(2)
    expect(exceptions.first).to_contain_text("<b>could not store</b>")
    expect(exceptions.first.get_by_test_id("frame")).to_contain_text("store.py:41")
    expect(exceptions.last).to_contain_text("Caused by")
    expect(exceptions.last).to_contain_text("remote")


def test_an_exception_known_by_id_is_found(handler: Page) -> None:
    """Where only an exception's id was recorded, the trace is searched for the exception."""
    tab(handler, "exceptions").click()

    expect(handler.get_by_test_id("exception-reference")).to_contain_text("DynamoDB")
    expect(handler.get_by_test_id("exception").first).to_contain_text("StoreError")


def test_sql(page: Page, send: Senders) -> None:
    """A subsegment with SQL has a tab with the query; others have none."""
    front = order(TRACE, time.time() - 5)[1]
    front["subsegments"] = [
        {
            "name": "orders@db",
            "id": entity_id(9),
            "namespace": "remote",
            "start_time": front["start_time"],
            "end_time": front["end_time"],
            "sql": {"sanitized_query": "SELECT 1", "database_type": "PostgreSQL"},
        }
    ]
    send.segments(front)
    page.goto(f"/#/traces/{TRACE}/{entity_id(1)}")
    expect(panel(page)).to_contain_text("orders.example.com")
    expect(tab(page, "sql")).to_have_count(0)

    row(page, "orders@db").click()
    tab(page, "sql").click()

    expect(panel(page)).to_contain_text("SELECT 1")
    expect(panel(page)).to_contain_text("PostgreSQL")


def test_raw(timeline: Page) -> None:
    """Raw shows the document as it was processed and as it was received."""
    row(timeline, "store_order").click()
    tab(timeline, "raw").click()
    raw = timeline.get_by_test_id("raw")
    expect(raw).to_contain_text('"origin": "AWS::Lambda::Function"')
    expect(raw).not_to_contain_text("subsegments")

    timeline.get_by_test_id("raw-received").click()

    expect(raw).to_contain_text("subsegments")


def test_tabs_are_tabs(handler: Page) -> None:
    """Arrow keys move between the tabs, and only the chosen one is in the tab order."""
    tab(handler, "overview").focus()
    handler.keyboard.press("ArrowRight")

    expect(tab(handler, "resources")).to_be_focused()
    expect(tab(handler, "resources")).to_have_attribute("aria-selected", "true")
    expect(tab(handler, "overview")).to_have_attribute("tabindex", "-1")
    expect(handler.get_by_role("tabpanel", name="Resources")).to_be_visible()


def test_the_chosen_tab_stays(handler: Page) -> None:
    """Another row is shown under the tab that was chosen for the last."""
    tab(handler, "annotations").click()
    row(handler, "DynamoDB").click()

    expect(tab(handler, "annotations")).to_have_attribute("aria-selected", "true")
    expect(panel(handler)).to_contain_text("No annotations")
