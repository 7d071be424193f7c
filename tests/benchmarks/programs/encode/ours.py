"""otel-xray: two spans as two documents."""

import json

from otel_xray.model.span import Kind, SpanData, StatusCode
from otel_xray.segments import to_documents

TRACE = 0x69250000_0123456789ABCDEF01234567
START, END = 1_764_028_800_000_000_000, 1_764_028_800_250_000_000
RESOURCE = {"service.name": "orders"}
REQUEST = SpanData(
    TRACE,
    1,
    "POST /order",
    START,
    END,
    kind=Kind.SERVER,
    attributes={
        "http.request.method": "POST",
        "url.full": "https://example.com/order/71032",
        "http.response.status_code": 200,
        "orderId": "71032",
        "aws.xray.annotations": ["orderId"],
    },
    resource=RESOURCE,
)
CALL = SpanData(
    TRACE,
    2,
    "DynamoDB.PutItem",
    START,
    END,
    parent_id=1,
    kind=Kind.CLIENT,
    attributes={
        "rpc.system": "aws-api",
        "aws.remote.service": "DynamoDB",
        "aws.operation": "PutItem",
        "aws.region": "eu-west-1",
        "aws.request_id": "0123456789",
        "aws.table_name": "orders",
        "http.response.status_code": 200,
        "aws.xray.metadata.default": '{"order": {"items": [71032], "total": 12.5}}',
    },
    status=StatusCode.UNSET,
    resource=RESOURCE,
)


def operation() -> None:
    """Write both."""
    for span in (REQUEST, CALL):
        for document in to_documents(span):
            json.dumps(document)


def flush() -> None:
    """Nothing is sent."""
