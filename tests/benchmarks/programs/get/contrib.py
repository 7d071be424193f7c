"""contrib: OpenTelemetry's instrumentation of requests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import requests
from opentelemetry import propagate, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

# The headers that we write.
HEADERS = [AwsXRayPropagator(), TraceContextTextMapPropagator(), W3CBaggagePropagator()]

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
propagate.set_global_textmap(CompositePropagator(HEADERS))
tracer = trace.get_tracer("app")
url = f"{os.environ['UPSTREAM']}/orders/71032"
session = requests.Session()
instrumentor = import_module("opentelemetry.instrumentation.requests").RequestsInstrumentor()
instrumentor.instrument()


def operation() -> None:
    """Serve a request."""
    with tracer.start_as_current_span("orders", kind=trace.SpanKind.SERVER):
        session.get(url)


@contextmanager
def untraced() -> Iterator[None]:
    """Call without a span."""
    instrumentor.uninstrument()
    yield
    instrumentor.instrument()


def flush() -> None:
    """Send what is left."""
    provider.force_flush()
