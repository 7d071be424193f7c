"""
The payment provider: a third party, so nothing in here is traced.

It acknowledges at once, and confirms some time later by calling back whoever asked for it.
"""

from __future__ import annotations

import threading
from typing import Any

import requests
from flask import Flask, Response, request

from otel_xray.demo import serving

CONFIRMATION_DELAY = 0.5  # seconds
TIMEOUT = 5.0

application = Flask("payment-provider")


@application.post("/payments")
def payment() -> Response:
    """Accept a payment."""
    order = request.get_json()
    if "callbackUrl" in order:
        later = threading.Timer(CONFIRMATION_DELAY, confirm, (order,))
        later.daemon = True
        later.start()
    return Response('{"accepted":true}', 202, mimetype="application/json")


def confirm(order: dict[str, Any]) -> None:
    """Call back."""
    confirmation = {"orderId": order["orderId"], "paid": order["cents"]}
    requests.post(order["callbackUrl"], json=confirmation, timeout=TIMEOUT).raise_for_status()


if __name__ == "__main__":
    raise SystemExit(serving.run("The payment provider", application))
