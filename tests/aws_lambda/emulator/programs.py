"""Headers and small functions that several tests use."""

from __future__ import annotations

from tests.aws_lambda.emulator.receivers import SeenSpan

TRACE = "5759e988bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"
LINEAGE = "25:a87bd80c:1"
HEADER = f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent={PARENT};Sampled=1;Lineage={LINEAGE}"

ECHO = """
def handler(event, context):
    return event
"""

# What is current while the handler runs, as the OpenTelemetry API says it.
CURRENT = """
from opentelemetry import trace

def current():
    span = trace.get_current_span().get_span_context()
    return [format(span.trace_id, "032x"), format(span.span_id, "016x")]

def handler(event, context):
    return current()
"""
CLIENT = 3  # the kind of a span
ERROR = 2  # a status


def is_of_handler(span: SeenSpan) -> bool:
    """Say whether *span* is the one of a handler."""
    return "faas.invocation_id" in span.attributes
