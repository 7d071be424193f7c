"""Powertools, told to trace outside of Lambda, without patching libraries."""

from aws_lambda_powertools import Tracer  # type: ignore[import-not-found]  # lives elsewhere

tracer = Tracer(service="orders", disabled=False, auto_patch=False)
tracer.provider.configure(sampling=False)


def operation() -> None:
    """Serve a request."""
    with tracer.provider.in_segment("orders"), tracer.provider.in_subsegment("reserve"):
        tracer.put_annotation("orderId", "71032")
        tracer.put_metadata("order", {"items": [71032], "total": 12.5})


def flush() -> None:
    """Everything has been sent: a segment leaves when it ends."""
