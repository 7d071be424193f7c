"""Fixtures for the console's page: a running console, what is sent to it, and a browser."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from otel_xray.console.server import ConsoleServer, ConsoleSettings
from otel_xray.console.web.page import STATIC
from tests.console.on_page import ORDER_ROWS, TRACE, panel, row, rows
from tests.console.senders import Senders, entity_id, order

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 20_000  # milliseconds: other work may keep the machine busy

expect.set_options(timeout=PATIENCE)


def _lacking(reason: str) -> None:
    """Skip, or fail where the environment says that the browser's tests must run."""
    if "browser" in os.environ.get("OTEL_XRAY_REQUIRE", "").split(","):
        pytest.fail(f"OTEL_XRAY_REQUIRE names the browser, and {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    Start Chromium for the tests of one module.

    Not for the session: while Playwright's loop lives, no other test may call asyncio.run.
    """
    if not CHROMIUM.exists():
        _lacking(f"there is no {CHROMIUM}; apt-get install chromium")
    if not (STATIC / "index.html").is_file():
        _lacking(f"the page is not built in {STATIC}; pip install -e .")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleServer]:
    """Run a console on free ports over an empty database."""
    settings = ConsoleSettings(tmp_path / "console.db", port=0, otlp_port=0)
    with ConsoleServer(settings) as server:
        yield server


@pytest.fixture
def send(console: ConsoleServer) -> Iterator[Senders]:
    """Send segment documents and spans to the running console."""
    with Senders(console) as senders:
        yield senders


class Complaints(list[str]):
    """What the browser's console said was wrong; a test that provokes it clears the list."""

    def hear(self, message: ConsoleMessage) -> None:
        """Note an error or a warning; violations of the content policy come as errors."""
        if message.type in {"error", "warning"}:
            self.append(message.text)


@pytest.fixture
def complaints() -> Complaints:
    """Collect what the browser complains of."""
    return Complaints()


@pytest.fixture
def page(browser: Browser, console: ConsoleServer, complaints: Complaints) -> Iterator[Page]:
    """Open a page whose addresses are relative to the console; end with no complaint."""
    context = browser.new_context(
        base_url=console.url, viewport={"width": 1400, "height": 900}, color_scheme="light"
    )
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.on("console", complaints.hear)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()

    assert list(complaints) == []


@pytest.fixture
def timeline(page: Page, send: Senders) -> Page:
    """Open the trace of a faulty order."""
    send.segments(*order(TRACE, time.time() - 5))
    page.goto(f"/#/traces/{TRACE}")
    expect(rows(page)).to_have_count(len(ORDER_ROWS))
    return page


@pytest.fixture
def handler(timeline: Page) -> Page:
    """Open the details of the handler's subsegment."""
    row(timeline, "## handler").click()
    expect(panel(timeline)).to_contain_text(entity_id(5))
    return timeline
