"""Waiting for traces, against a console of a few lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from urllib.parse import unquote

import pytest

from otel_xray.demo import traces, watching
from otel_xray.demo.expectations import COLD_START, CONFIRMATION, EXPECTATIONS, Expectation
from otel_xray.demo.lambda_service.endpoint import Endpoint, Reply, Request
from otel_xray.demo.orders import Kind, Order, Placed
from otel_xray.demo.views import View
from otel_xray.demo.watching import Watched
from otel_xray.errors import OtelXrayError
from tests.demo.making import row, view

ORDER = Expectation(200, ())


class Console:
    """Answers like the console, from *views* by trace id; pages have one trace."""

    def __init__(self) -> None:
        self.views: dict[str, View] = {}
        self.status = HTTPStatus.OK
        routes = (
            ("GET", re.compile("/api/traces/(.+)"), self._trace),
            ("GET", re.compile("/api/traces()"), self._list),
        )
        self.endpoint = Endpoint(routes)
        self.url = f"http://{self.endpoint.address}"

    def close(self) -> None:
        """Stop."""
        self.endpoint.close()

    def _trace(self, request: Request) -> Reply:
        found = self.views.get(request.words[0])
        if found is None:
            return Reply(HTTPStatus.NOT_FOUND, b'{"message": "no such trace"}')
        return Reply(self.status, json.dumps(found).encode())

    def _list(self, request: Request) -> Reply:
        ids = list(reversed(self.views))
        _, _, before = request.query.partition("before=")
        start = ids.index(unquote(before)) + 1 if before else 0
        page = ids[start : start + 1]
        more = page[0] if start + 1 < len(ids) else None
        summaries = [self.views[trace_id]["trace"] for trace_id in page]
        return Reply(self.status, json.dumps({"next": more, "traces": summaries}).encode())


@pytest.fixture
def console() -> Iterator[Console]:
    """Run a console without traces."""
    with closing(Console()) as console:
        yield console


def arrive(console: Console, trace_id: str, order_id: str) -> None:
    """Let a trace arrive."""
    made = view(row("api", 1), annotations={"orderId": [order_id]})
    made["trace"]["id"] = trace_id
    console.views[trace_id] = made


def test_orders_are_expected_by_kind() -> None:
    """The first order is a cold start too, and a confirmed one leaves a second trace."""
    placed = [Placed(Order(kind, kind.name), 200, f"t-{kind.name}", 0.1) for kind in Kind]
    watched = watching.expected(placed)
    assert [one.order_id for one in watched] == [
        "GOOD", "CONFIRMED", "CONFIRMED", "UNAVAILABLE", "THROTTLED", "RAISING",
    ]  # fmt: skip
    assert [bool(one.extra) for one in watched] == [True] + [False] * 5
    assert watched[0].extra == COLD_START
    assert watched[0].expectation is EXPECTATIONS[Kind.GOOD]
    assert watched[2].expectation is CONFIRMATION
    assert (watched[2].trace_id, watched[2].known) == (None, "t-CONFIRMED")


def test_waiting_ends_when_all_are_complete(console: Console) -> None:
    """As soon as every trace is there the wait is over, and each was counted."""
    watched = [Watched("one", "1", ORDER, "t-1"), Watched("two", "2", ORDER, "t-2")]
    arrive(console, "t-1", "1")
    counts: list[int] = []

    def progress(complete: int) -> None:
        counts.append(complete)
        arrive(console, "t-2", "2")

    watching.wait(console.url, watched, 20, progress)
    assert counts == [1, 2]
    assert all(one.view is not None for one in watched)


def test_waiting_ends_when_time_is_over(console: Console) -> None:
    """What has not arrived in time keeps its problems."""
    watched = [Watched("one", "1", ORDER, "t-1")]
    watching.wait(console.url, watched, 0)
    assert watched[0].problems == ["the console has no such trace"]


def test_a_trace_is_found_by_its_order(console: Console) -> None:
    """A trace without a known id is the one with the order's id that is not the order's own."""
    confirmation = Watched("later", "1", ORDER, known="t-1")
    arrive(console, "t-1", "1")
    arrive(console, "t-9", "9")
    watching.look(console.url, confirmation, among=2)
    assert confirmation.problems != []
    arrive(console, "t-2", "1")
    watching.look(console.url, confirmation, among=2)
    assert confirmation.problems == []
    assert confirmation.view is not None
    assert confirmation.view["trace"]["id"] == "t-2"


def test_all_pages_are_read(console: Console) -> None:
    """The list of traces goes on from page to page, and stops where it should."""
    for number in range(5):
        arrive(console, f"t+{number}", "1")
    ids = [summary["id"] for summary in traces.newest(console.url, 100)]
    assert ids == ["t+4", "t+3", "t+2", "t+1", "t+0"]
    assert len(traces.newest(console.url, 2)) == 2


def test_an_error_of_the_console_is_told(console: Console) -> None:
    """An answer that is no success is an error that quotes it."""
    console.status = HTTPStatus.INTERNAL_SERVER_ERROR
    with pytest.raises(OtelXrayError, match="The console answered 500"):
        traces.newest(console.url, 1)
