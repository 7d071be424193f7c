"""The payment provider."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.demo.application.conftest import World

ORDER = {"orderId": "42", "itemId": 71032, "cents": 1995}


@pytest.fixture
def payment(load: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the module, quick to confirm."""
    module = load("payment")
    monkeypatch.setattr(module, "CONFIRMATION_DELAY", 0.01)
    return module


def test_a_payment_is_acknowledged(payment: Any, world: World) -> None:
    """A payment is accepted at once, and without a callback nobody is called."""
    reply = payment.application.test_client().post("/payments", json=ORDER)
    assert (reply.status_code, reply.get_json()) == (202, {"accepted": True})
    time.sleep(0.05)
    assert world.asked == []


def test_a_payment_is_confirmed_later(payment: Any, world: World) -> None:
    """Whoever gave a callback is called with the order's id and what was paid."""
    order = {**ORDER, "callbackUrl": f"{world.url}/confirmed"}
    assert payment.application.test_client().post("/payments", json=order).status_code == 202
    deadline = time.monotonic() + 10
    while not world.asked and time.monotonic() < deadline:
        time.sleep(0.01)
    assert world.asked == [("/confirmed", "", {"orderId": "42", "paid": 1995})]
