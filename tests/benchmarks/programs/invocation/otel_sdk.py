"""OpenTelemetry: the same by hand, flushed before the environment is frozen."""

import json

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("app")


def operation() -> None:
    """Serve an invocation."""
    with tracer.start_as_current_span("handler", kind=trace.SpanKind.SERVER) as handler:
        handler.set_attribute("ColdStart", value=False)
        handler.set_attribute("Service", "orders")
        with tracer.start_as_current_span("reserve") as span:
            span.set_attribute("orderId", "71032")
            span.set_attribute("order", json.dumps({"items": [71032], "total": 12.5}))
        handler.set_attribute("handler response", json.dumps({"statusCode": 200}))
    provider.force_flush()


def flush() -> None:
    """Everything has been sent: it leaves with the invocation."""
