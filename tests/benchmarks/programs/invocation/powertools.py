"""Powertools: its own calls."""

from typing import Any

from aws_lambda_powertools import Tracer

tracer = Tracer(service="orders")


@tracer.capture_lambda_handler
def handler(_event: Any, _context: Any) -> dict[str, int]:
    """Trace what a function does."""
    with tracer.provider.in_subsegment("reserve"):
        tracer.put_annotation("orderId", "71032")
        tracer.put_metadata("order", {"items": [71032], "total": 12.5})
    return {"statusCode": 200}


def operation() -> None:
    """Serve an invocation."""
    handler({}, None)


def flush() -> None:
    """Everything has been sent: it leaves with the invocation."""
