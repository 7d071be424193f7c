"""contrib: OpenTelemetry's instrumentation of botocore."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import boto3
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("app")
client = boto3.client("dynamodb", endpoint_url=os.environ["UPSTREAM"])
instrumentor = import_module("opentelemetry.instrumentation.botocore").BotocoreInstrumentor()
instrumentor.instrument()


def operation() -> None:
    """Serve a request."""
    with tracer.start_as_current_span("orders", kind=trace.SpanKind.SERVER):
        client.get_item(TableName="orders", Key={"orderId": {"S": "71032"}})


@contextmanager
def untraced() -> Iterator[None]:
    """Call without a span."""
    instrumentor.uninstrument()
    yield
    instrumentor.instrument()


def flush() -> None:
    """Send what is left."""
    provider.force_flush()
