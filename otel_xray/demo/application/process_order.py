"""The function that takes an order: checks it, has it paid, and says that it was created."""

from __future__ import annotations

import json
import os
import uuid
from typing import Any

import boto3
import requests

from otel_xray import Tracer

AVAILABLE_ITEM = 71032
PRICE_CENTS = 1995
PAYMENT_SECONDS = 5.0

tracer = Tracer()
events = tracer.capture_aws_client(boto3.client("events"))  # pyright: ignore[reportUnknownMemberType]  # boto3's stubs


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer ``POST /order/{itemId}``, in API Gateway's form."""
    del context
    segment = tracer.get_segment()
    if segment is None:  # tracing is switched off
        return process(event)
    handler_segment = segment.add_new_subsegment("Handler")
    tracer.set_segment(handler_segment)
    tracer.annotate_cold_start()
    tracer.add_service_name_annotation()
    try:
        return process(event)
    except Exception as error:
        tracer.add_error_as_metadata(error)
        raise
    finally:
        handler_segment.close()
        tracer.set_segment(segment)


def process(event: dict[str, Any]) -> dict[str, Any]:
    """Take the order, or refuse it."""
    wishes = json.loads(event.get("body") or "{}")
    order_id = wishes.get("orderId") or str(uuid.uuid4())
    tracer.put_annotation("orderId", order_id)
    item = int(event["pathParameters"]["itemId"])
    if item != AVAILABLE_ITEM:
        tracer.put_annotation("successfulOrder", False)
        return answer(400, {"orderId": order_id, "message": f"Item {item} is not available."})
    order = {"orderId": order_id, "itemId": item, "cents": PRICE_CENTS}
    pay(order, confirm=bool(wishes.get("confirm")))
    publish(order)
    tracer.put_annotation("successfulOrder", True)
    return answer(200, {"orderId": order_id})


def pay(order: dict[str, Any], *, confirm: bool) -> None:
    """Ask the payment provider for the money; it may confirm to our webhook later."""
    callback = {"callbackUrl": os.environ["CONFIRMATION_URL"]} if confirm else {}
    reply = requests.post(os.environ["PAYMENT_URL"], json=order | callback, timeout=PAYMENT_SECONDS)
    reply.raise_for_status()


def publish(order: dict[str, Any]) -> None:
    """Tell whom it may concern that there is a new order."""
    events.put_events(
        Entries=[
            {
                "Source": "event.tracing",
                "DetailType": "ORDER_CREATED",
                "Detail": json.dumps(order),
            }
        ]
    )
    tracer.put_metadata("orderCreatedEventSent", order)


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return a response in API Gateway's form."""
    return {"statusCode": status, "body": json.dumps(body)}
