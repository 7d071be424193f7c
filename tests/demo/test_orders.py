"""The stream of orders."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from itertools import islice

import pytest

from otel_xray.demo import orders
from otel_xray.demo.lambda_service.endpoint import Endpoint, Reply, Request
from otel_xray.demo.orders import Kind, Order
from otel_xray.errors import OtelXrayError

TRACE_ID = "1-6b064d34-a45b05ade8b61d5ac8cb355a"


@pytest.fixture
def asked() -> list[tuple[str, bytes]]:
    """Return the paths and bodies that were asked for."""
    return []


@pytest.fixture
def url(asked: list[tuple[str, bytes]]) -> Iterator[str]:
    """Serve a front that answers everything the same way."""

    def answer(request: Request) -> Reply:
        asked.append((request.words[0], request.body))
        if "throttled" in request.words[0]:
            return Reply(HTTPStatus.NO_CONTENT)
        header = "Root=none" if "odd" in request.words[0] else f"Root={TRACE_ID};Sampled=1"
        return Reply(HTTPStatus.OK, b"{}", {"X-Amzn-Trace-Id": header})

    with closing(Endpoint((("POST", re.compile("(/.*)"), answer),))) as endpoint:
        yield f"http://{endpoint.address}"


def test_five_orders_show_every_kind() -> None:
    """The first five orders are of all kinds, the first being a good one."""
    first = orders.plan(5)
    assert {order.kind for order in first} == set(Kind)
    assert first[0].kind is Kind.GOOD


def test_most_orders_are_good() -> None:
    """Of the default twelve most are good, and each has an id of its own."""
    plan = orders.plan(12)
    assert Counter(order.kind for order in plan)[Kind.GOOD] > 6
    assert len({order.order_id for order in plan}) == 12


def test_orders_never_end() -> None:
    """After the plan the kinds begin again."""
    assert len(list(islice(orders.endless(), 100))) == 100


def test_an_order_is_placed(url: str, asked: list[tuple[str, bytes]]) -> None:
    """The order's item is in the path, its id in the body, and the trace in the answer."""
    placed = orders.place(Order(Kind.CONFIRMED, "42"), url, url)
    ((path, body),) = asked
    assert path == "/order/71032"
    assert json.loads(body) == {"orderId": "42", "confirm": True}
    assert (placed.status, placed.trace_id) == (200, TRACE_ID)
    assert placed.seconds > 0


def test_a_throttled_order_is_announced(url: str, asked: list[tuple[str, bytes]]) -> None:
    """AWS is told which write to throttle before the order is placed."""
    orders.place(Order(Kind.THROTTLED, "42"), url, url)
    assert [path for path, _ in asked] == ["/demo/throttled/orders/42", "/order/71032"]


def test_an_order_that_cannot_be_throttled_is_told(
    url: str, asked: list[tuple[str, bytes]]
) -> None:
    """When AWS does not take the mark, no order is placed."""
    with closing(Endpoint(())) as aws, pytest.raises(OtelXrayError, match=r"404.*cannot throttle"):
        orders.place(Order(Kind.THROTTLED, "42"), url, f"http://{aws.address}")
    assert asked == []


@pytest.mark.parametrize("path", ["/odd", ""])
def test_an_answer_without_a_trace_is_told(url: str, path: str) -> None:
    """An answer that names no trace is an error that quotes the header; so is no answer."""
    front = f"{url}{path}" if path else "http://127.0.0.1:9"
    message = (
        "'Root=none', which names no trace" if path else "No answer to POST http://127.0.0.1:9"
    )
    with pytest.raises(OtelXrayError, match=message):
        orders.place(Order(Kind.GOOD, "42"), front, url)
