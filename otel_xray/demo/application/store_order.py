"""The function that stores each order that was created."""

from __future__ import annotations

import os
from typing import Any

import boto3
from botocore.config import Config

from otel_xray import Tracer

# A write that is throttled is tried once more, then it is a fault.
RETRIES = Config(retries={"total_max_attempts": 2, "mode": "standard"})

tracer = Tracer()
dynamodb = boto3.client("dynamodb", config=RETRIES)  # pyright: ignore[reportUnknownMemberType]  # boto3's stubs


@tracer.capture_lambda_handler
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Handle the event ``ORDER_CREATED``."""
    del context
    order = event["detail"]
    tracer.put_annotation("orderId", order["orderId"])
    tracer.put_metadata("orderCreatedEventReceived", order)
    store(order)
    return {"orderId": order["orderId"]}


@tracer.capture_method
def store(order: dict[str, Any]) -> None:
    """Write the order under its id."""
    dynamodb.put_item(
        TableName=os.environ["ORDERS_TABLE"],
        Item={
            "orderId": {"S": order["orderId"]},
            "itemId": {"N": str(order["itemId"])},
            "cents": {"N": str(order["cents"])},
        },
    )
