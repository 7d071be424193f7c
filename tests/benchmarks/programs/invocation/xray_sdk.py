"""X-Ray SDK: what Powertools' decorator records, by hand."""

from aws_xray_sdk.core import xray_recorder


def operation() -> None:
    """Serve an invocation."""
    with xray_recorder.in_subsegment("## handler") as handler:
        handler.put_annotation("ColdStart", value=False)
        handler.put_annotation("Service", "orders")
        with xray_recorder.in_subsegment("reserve") as subsegment:
            subsegment.put_annotation("orderId", "71032")
            subsegment.put_metadata("order", {"items": [71032], "total": 12.5}, "orders")
        handler.put_metadata("handler response", {"statusCode": 200}, "orders")


def flush() -> None:
    """Everything has been sent: it leaves with the invocation."""
