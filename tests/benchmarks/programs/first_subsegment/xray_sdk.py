"""X-Ray SDK: one subsegment of the function's segment."""

import os

from aws_xray_sdk.core import xray_recorder

with xray_recorder.in_subsegment("reserve") as subsegment:
    subsegment.put_annotation("orderId", "71032")
    subsegment.put_metadata("order", {"items": [71032], "total": 12.5})
os._exit(0)
