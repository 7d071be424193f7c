"""OpenTelemetry: one span, its attributes set by hand."""

import json
import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("app")
with tracer.start_as_current_span("reserve") as span:
    span.set_attribute("orderId", "71032")
    span.set_attribute("order", json.dumps({"items": [71032], "total": 12.5}))
provider.force_flush()
os._exit(0)
