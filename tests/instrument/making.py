"""What the tests of AWS calls have in common."""

from __future__ import annotations

import json
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from tests.instrument.servers import Answer

TABLE: dict[str, Any] = {"TableName": "orders", "Key": {"orderId": {"S": "1"}}}


def refused(status: int, code: str) -> Answer:
    """Return DynamoDB's way to refuse."""
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
    return Answer(status, {"x-amzn-RequestId": "R1"}, json.dumps(body).encode())


def spans(exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    """Return the finished spans of calls, oldest end first."""
    return [span for span in exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    """Return the one span of a call."""
    (span,) = spans(exporter)
    return span


def attributes(span: ReadableSpan) -> dict[str, Any]:
    """Return a span's attributes."""
    return dict(span.attributes or {})
