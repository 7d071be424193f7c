"""The stream of orders: what is ordered, and how it is sent."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from itertools import count, islice
from urllib.parse import quote

from otel_xray.demo.aws.resources import TABLE
from otel_xray.demo.http_calls import call
from otel_xray.errors import InvalidTraceHeader, OtelXrayError
from otel_xray.model import header, ids
from otel_xray.model.header import HEADER_NAME


class Kind(Enum):
    """What an order is to show; the value is what people read."""

    GOOD = "good order"
    CONFIRMED = "confirmed later"
    UNAVAILABLE = "unavailable item"
    THROTTLED = "table throttles"
    RAISING = "function raises"


# Which item each kind orders. The last one has the letter O for a zero.
ITEMS = {
    Kind.GOOD: "71032",
    Kind.CONFIRMED: "71032",
    Kind.UNAVAILABLE: "71033",
    Kind.THROTTLED: "71032",
    Kind.RAISING: "71O32",
}

# The kinds in turn; the first five orders have shown all of them.
_TURN = (
    Kind.GOOD,
    Kind.CONFIRMED,
    Kind.UNAVAILABLE,
    Kind.THROTTLED,
    Kind.RAISING,
    Kind.GOOD,
    Kind.GOOD,
    Kind.UNAVAILABLE,
    Kind.GOOD,
    Kind.GOOD,
    Kind.GOOD,
    Kind.GOOD,
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order to be placed; *order_id* is chosen by the customer."""

    kind: Kind
    order_id: str

    @property
    def item(self) -> str:
        """What is ordered."""
        return ITEMS[self.kind]


@dataclass(frozen=True, slots=True)
class Placed:
    """
    An order that was answered.

    Attributes:
        status: of the HTTP answer.
        trace_id: in X-Ray's spelling.
        seconds: until the answer came.
    """

    order: Order
    status: int
    trace_id: str
    seconds: float


def endless() -> Iterator[Order]:
    """Yield orders of all kinds in turn, for ever."""
    for number in count():
        yield Order(_TURN[number % len(_TURN)], str(uuid.uuid4()))


def plan(number: int) -> list[Order]:
    """Return the first *number* orders."""
    return list(islice(endless(), number))


def place(order: Order, front: str, aws: str) -> Placed:
    """
    Send *order* and wait for the answer.

    Args:
        order: what is ordered.
        front: URL of the order API.
        aws: URL of AWS, which is told beforehand whose write it has to throttle.

    Raises:
        OtelXrayError: nobody answered, or the answer names no trace.
    """
    if order.kind is Kind.THROTTLED:
        _throttle(order, aws)
    wishes = {"orderId": order.order_id, "confirm": order.kind is Kind.CONFIRMED}
    begun = time.monotonic()
    answer = call("POST", f"{front}/order/{quote(order.item)}", wishes)
    seconds = time.monotonic() - begun
    return Placed(order, answer.status, _trace(answer.headers), seconds)


def _throttle(order: Order, aws: str) -> None:
    url = f"{aws}/demo/throttled/{TABLE}/{order.order_id}"
    answer = call("POST", url)
    if answer.status != HTTPStatus.NO_CONTENT:
        msg = f"AWS answered {answer.status} to POST {url}; it cannot throttle."
        raise OtelXrayError(msg)


def _trace(headers: Mapping[str, str]) -> str:
    text = headers.get(HEADER_NAME.lower(), "")
    try:
        root = header.parse(text).root
    except InvalidTraceHeader:
        root = None
    if root is None:
        msg = f"The order API answered with {HEADER_NAME}: {text!r}, which names no trace."
        raise OtelXrayError(msg)
    return ids.to_xray(root)
