"""Powertools, told to trace outside of Lambda, without patching libraries."""

from typing import Any

from aws_lambda_powertools import Tracer

tracer = Tracer(service="orders", disabled=False, auto_patch=False)
recorder: Any = tracer.provider  # the X-Ray SDK's, which does more than Powertools declares
recorder.configure(sampling=False)


def operation() -> None:
    """Serve a request."""
    with recorder.in_segment("orders"), recorder.in_subsegment("reserve"):
        tracer.put_annotation("orderId", "71032")
        tracer.put_metadata("order", {"items": [71032], "total": 12.5})


def flush() -> None:
    """Everything has been sent: a segment leaves when it ends."""
