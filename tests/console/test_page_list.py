"""The list of traces, driven in Chromium against a running console."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from otel_xray.console.server import ConsoleServer
from tests.console.on_page import ORDER_ROWS, TRACE, row, rows
from tests.console.senders import Senders, entity_id, new_trace_id, order, span

pytestmark = pytest.mark.slow


def test_a_trace_is_one_row(page: Page, send: Senders) -> None:
    """A row says status in words, entry point, request, code, time and annotations."""
    send.segments(*order(TRACE, time.time() - 5))

    page.goto("/")

    listed = page.locator(f'[data-testid=trace-row][data-trace-id="{TRACE}"]')
    expect(listed).to_have_attribute("data-status", "fault")
    for text in ("Fault", "orders.example.com", "store_order", "POST", "/order/71032", "502"):
        expect(listed).to_contain_text(text)
    expect(listed).to_contain_text("1.00 s")
    expect(listed.locator(".chip", has_text="orderId")).to_have_text("orderId7a31c9")
    expect(listed.locator("time")).to_have_text(re.compile(r"^\d+ s ago$"))
    expect(listed.locator("time")).to_have_attribute("title", re.compile(r"^\d{4}-\d\d-\d\d "))


def test_new_traces_appear_by_themselves(page: Page, send: Senders) -> None:
    """A trace stored while the list is open becomes its first row without a reload."""
    send.segments(*order(TRACE, time.time() - 60))
    page.goto("/")
    expect(page.get_by_test_id("trace-row")).to_have_count(1)

    later = new_trace_id(2)
    now = time.time()
    send.spans("checkout", [span(later, 1, "GET /cart", now - 0.2, now)])

    expect(page.get_by_test_id("trace-row")).to_have_count(2)
    expect(page.get_by_test_id("trace-row").first).to_have_attribute("data-trace-id", later)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")


def test_keys_move_and_open(page: Page, send: Senders) -> None:
    """J and k move a cursor over the rows, Enter opens the trace under it."""
    now = time.time()
    ids = [new_trace_id(number) for number in (1, 2, 3)]
    for age, trace in enumerate(ids):
        send.spans("checkout", [span(trace, 1, "GET /cart", now - 10 - age, now - 10)])
    page.goto("/")
    expect(page.get_by_test_id("trace-row")).to_have_count(3)

    for key in ("j", "j", "ArrowDown", "k"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")

    expect(rows(page)).to_have_count(1)
    assert f"#/traces/{ids[1]}" in page.url


def test_the_list_remembers_where_one_was(page: Page, send: Senders) -> None:
    """Whoever comes back from a trace finds its row marked."""
    now = time.time()
    for number in (1, 2):
        trace = new_trace_id(number)
        send.spans("checkout", [span(trace, 1, "GET /cart", now - number, now)])
    page.goto("/")
    page.get_by_test_id("trace-row").last.locator("time").click()
    expect(rows(page)).to_have_count(1)

    page.keyboard.press("Escape")

    marked = page.locator("[data-testid=trace-row][aria-current=true]")
    expect(marked).to_have_attribute("data-trace-id", trace)


def test_absurd_times_are_shown_as_numbers(page: Page, send: Senders) -> None:
    """A segment from a clock beyond all dates is listed and drawn like any other."""
    start = 1e15
    send.segments(
        {
            "name": "far",
            "id": entity_id(1),
            "trace_id": TRACE,
            "start_time": start,
            "end_time": start + 1,
        }
    )
    page.goto("/")
    expect(page.get_by_test_id("trace-row")).to_contain_text("far")

    page.get_by_test_id("trace-row").get_by_role("link").click()

    expect(row(page, "far")).to_be_visible()
    expect(page.get_by_test_id("summary")).to_contain_text("1000000000000000 s")


def test_older_traces_are_on_further_pages(page: Page, send: Senders) -> None:
    """The list shows 50 traces; "Older" shows the next and "Newer" comes back."""
    now = time.time()
    send.spans(
        "many",
        [span(new_trace_id(n), 1, f"call {n}", now - 100 - n, now - 99 - n) for n in range(53)],
    )
    page.goto("/")
    expect(page.get_by_test_id("total")).to_have_text("53 traces")
    expect(page.get_by_test_id("trace-row")).to_have_count(50)

    page.get_by_test_id("older").click()
    expect(page.get_by_test_id("trace-row")).to_have_count(3)
    page.get_by_role("button", name="Newer").click()

    expect(page.get_by_test_id("trace-row")).to_have_count(50)


def test_an_empty_list_says_how_to_send(page: Page, console: ConsoleServer) -> None:
    """Without traces the page names the OTLP endpoint, the daemon's address and a command."""
    page.goto("/")

    empty = page.get_by_test_id("empty")
    expect(empty).to_contain_text(console.otlp_url)
    expect(empty).to_contain_text("AWS_XRAY_DAEMON_ADDRESS={}:{}".format(*console.udp_address))
    expect(empty).to_contain_text("otel-xray demo")


def test_the_command_by_hand_works(page: Page) -> None:
    """The shell command that the empty list shows sends a trace, which then appears."""
    if shutil.which("curl") is None:
        pytest.skip("the command is for curl, which is not installed")
    page.goto("/")
    command = page.get_by_test_id("empty").locator("pre", has_text="curl").text_content()

    subprocess.run(["/bin/sh", "-c", f"{command} --fail --silent"], check=True)

    listed = page.get_by_test_id("trace-row")
    expect(listed).to_have_attribute("data-status", "ok")
    expect(listed).to_contain_text("hello")


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(lambda trace: trace, id="xray"),
        pytest.param(lambda trace: trace.replace("-", "")[1:].upper(), id="w3c"),
        pytest.param(lambda trace: f"Root={trace};Parent=53995c3f42cd8ad8", id="header"),
    ],
)
def test_a_trace_is_opened_by_its_id(
    page: Page, send: Senders, spelling: Callable[[str], str]
) -> None:
    """The box that / leads to takes an id in either spelling, or a tracing header."""
    send.segments(*order(TRACE, time.time() - 5))
    page.goto("/")
    expect(page.get_by_test_id("trace-row")).to_have_count(1)

    page.keyboard.press("/")
    page.keyboard.type(spelling(TRACE))
    page.keyboard.press("Enter")

    expect(rows(page)).to_have_count(len(ORDER_ROWS))


def test_what_is_no_id_is_refused(page: Page) -> None:
    """Text that is no trace id leaves the page where it is and says what is taken."""
    page.goto("/")

    page.get_by_test_id("id-box").fill("1-nonsense")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("id-box-error")).to_contain_text("Not a trace id")
