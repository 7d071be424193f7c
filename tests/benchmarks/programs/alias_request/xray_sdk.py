"""X-Ray SDK: every request is sampled."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


def operation() -> None:
    """Serve a request."""
    with xray_recorder.in_segment("orders"), xray_recorder.in_subsegment("reserve") as subsegment:
        subsegment.put_annotation("orderId", "71032")
        subsegment.put_annotation("successfulOrder", value=True)
        subsegment.put_metadata("order", {"items": [71032], "total": 12.5})


def flush() -> None:
    """Everything has been sent: a segment leaves when it ends."""
