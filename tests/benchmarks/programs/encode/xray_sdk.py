"""X-Ray SDK: a segment with a subsegment as one document."""

import json

from aws_xray_sdk.core.models.segment import Segment
from aws_xray_sdk.core.models.subsegment import Subsegment

START, END = 1_764_028_800.0, 1_764_028_800.25
request = Segment("orders")
request.put_http_meta("method", "POST")
request.put_http_meta("url", "https://example.com/order/71032")
request.put_http_meta("status", 200)
request.put_annotation("orderId", "71032")
call = Subsegment("DynamoDB", "aws", request)
call.set_aws(
    {
        "operation": "PutItem",
        "region": "eu-west-1",
        "request_id": "0123456789",
        "table_name": "orders",
    }
)
call.put_http_meta("status", 200)
call.put_metadata("order", {"items": [71032], "total": 12.5})
request.add_subsegment(call)
request.start_time = call.start_time = START
call.close(END)
request.close(END)


def operation() -> None:
    """Write it."""
    json.dumps(request.to_dict())


def flush() -> None:
    """Nothing is sent."""
