"""The page as a whole: size, links, the server, colours; driven in Chromium."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from otel_xray.console.server import ConsoleServer, ConsoleSettings
from otel_xray.console.web.page import STATIC
from tests.console.conftest import Complaints
from tests.console.on_page import TRACE, panel, row, selected
from tests.console.senders import Senders, entity_id, order, span

pytestmark = pytest.mark.slow

BUDGET = 60 * 1024


def test_the_page_is_small() -> None:
    """All scripts and styles together take at most 60 KB on the wire, compressed."""
    files = [path for path in STATIC.glob("assets/*") if path.suffix in {".js", ".css"}]
    if not files:
        pytest.skip(f"the page is not built in {STATIC}; pip install -e .")

    assert BUDGET >= sum(len(gzip.compress(path.read_bytes())) for path in files)


def test_a_deep_link_opens_details(page: Page, send: Senders) -> None:
    """A link with a trace and an entity, here in W3C's spelling, opens both."""
    send.segments(*order(TRACE, time.time() - 5))

    page.goto(f"/#/traces/{TRACE.replace('-', '')[1:]}/{entity_id(6)}")

    expect(panel(page)).to_contain_text("DynamoDB")
    expect(selected(page)).to_have_attribute("data-name", "DynamoDB")


def test_back_and_forward(timeline: Page) -> None:
    """The browser's buttons go through list, trace and details."""
    row(timeline, "DynamoDB").click()
    expect(timeline.get_by_test_id("details")).to_be_visible()

    timeline.go_back()
    expect(timeline.get_by_test_id("details")).to_have_count(0)
    timeline.go_forward()

    expect(panel(timeline)).to_contain_text("DynamoDB")


def test_an_unknown_trace_is_awaited(page: Page, send: Senders, complaints: Complaints) -> None:
    """A link to a trace that is not there says so, and opens it once it has arrived."""
    page.goto(f"/#/traces/{TRACE}")
    expect(page.get_by_test_id("missing")).to_contain_text("This trace is not here")

    send.segments(*order(TRACE, time.time() - 5))

    expect(row(page, "DynamoDB")).to_be_visible()
    complaints.clear()  # the browser notes each 404


def test_it_comes_back_with_the_server(browser: Browser, tmp_path: Path) -> None:
    """A page whose server is gone says "Reconnecting", keeps its rows, and recovers."""
    settings = ConsoleSettings(tmp_path / "console.db", port=0, otlp_port=0)
    with (
        ConsoleServer(settings) as server,
        Senders(server) as send,
    ):
        now = time.time()
        send.spans("checkout", [span(TRACE, 1, "GET /cart", now - 1, now)])
        page = browser.new_page()
        page.goto(server.url)
        expect(page.get_by_test_id("trace-row")).to_have_count(1)
    state = page.get_by_test_id("connection")
    expect(state).to_have_attribute("data-state", "reconnecting")
    expect(page.get_by_test_id("trace-row")).to_have_count(1)

    port = int(server.url.rstrip("/").rpartition(":")[2])
    with ConsoleServer(ConsoleSettings(settings.database, port=port, otlp_port=0)):
        expect(state).to_have_attribute("data-state", "live")
        page.close()


def test_a_hidden_page_asks_nothing(page: Page) -> None:
    """A page that is not seen pauses, and goes on as soon as it is seen again."""
    show = """hidden => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.goto("/")
    state = page.get_by_test_id("connection")
    expect(state).to_have_attribute("data-state", "live")

    page.evaluate(show, arg=True)
    expect(state).to_have_text("Paused")
    page.evaluate(show, arg=False)

    expect(state).to_have_text("Live")


def test_colours_can_be_chosen(page: Page) -> None:
    """The page follows the system's colours until a button says otherwise, and remembers."""
    background = "getComputedStyle(document.body).backgroundColor"
    page.goto("/")
    button = page.get_by_test_id("theme")
    expect(button).to_have_text("Auto")
    light = page.evaluate(background)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(background)
    assert light != dark

    button.click()
    expect(button).to_have_text("Light")
    page.reload()

    expect(button).to_have_text("Light")
    assert light == page.evaluate(background)
