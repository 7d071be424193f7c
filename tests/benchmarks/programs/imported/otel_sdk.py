"""OpenTelemetry: the SDK alone, without an exporter."""

import os

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("app")
os._exit(0)
