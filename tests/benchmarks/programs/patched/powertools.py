"""Powertools: its default patches every library that is there."""

import os

from aws_lambda_powertools import Tracer

tracer = Tracer()
with tracer.provider.in_subsegment("reserve"):
    tracer.put_annotation("orderId", "71032")
    tracer.put_metadata("order", {"items": [71032], "total": 12.5})
os._exit(0)
