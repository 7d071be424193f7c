"""otel-xray: libraries are patched as soon as they are imported."""

import os

from otel_xray import Tracer

tracer = Tracer()
with tracer.provider.in_subsegment("reserve"):
    tracer.put_annotation("orderId", "71032")
    tracer.put_metadata("order", {"items": [71032], "total": 12.5})
os._exit(0)  # in Lambda it has been sent when the outermost span has ended
