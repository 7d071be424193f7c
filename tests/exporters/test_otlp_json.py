from __future__ import annotations

import base64
import json
import math
from typing import Any

from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]  # no stubs
from hypothesis import given
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from otel_xray.console.receive import otlp_json as reader
from otel_xray.console.receive.spans import ReceivedSpan
from otel_xray.exporters import otlp_encoding, otlp_json
from otel_xray.exporters.otlp_json import encode, line
from otel_xray.model.span import SpanData
from tests.exporters.test_otlp_encoding import Text, span, spans

IDS = ("traceId", "spanId", "parentSpanId")


def base64_ids(value: Any) -> Any:
    """Return *value* with its ids as protobuf's own JSON has them."""
    if isinstance(value, list):
        return [base64_ids(item) for item in value]
    if isinstance(value, dict):
        return {
            key: base64.b64encode(bytes.fromhex(item)).decode() if key in IDS else base64_ids(item)
            for key, item in value.items()
        }
    return value


@given(spans)
def test_json_says_what_protobuf_says(span: SpanData) -> None:
    """The official messages, read from either encoding, are equal."""
    read = ParseDict(base64_ids(json.loads(encode([span]))), ExportTraceServiceRequest())

    assert ExportTraceServiceRequest.FromString(otlp_encoding.encode([span])) == read


@given(spans)
def test_our_own_console_reads_it(span: SpanData) -> None:
    """What is written is what our receiver reads, attribute by attribute."""
    (read,) = reader.decode(encode([span._replace(start=1)]))

    assert isinstance(read, ReceivedSpan)
    assert (span.trace_id, span.span_id, span.name) == (
        read.span.trace_id,
        read.span.span_id,
        read.span.name,
    )
    assert json.dumps(span.attributes, default=str) == json.dumps(read.span.attributes, default=str)


def test_values_without_a_form_in_json_have_one() -> None:
    """Numbers that JSON does not know, large ones, and foreign objects are written as OTLP says."""
    odd = {
        "nan": math.nan,
        "least": -math.inf,
        "most": math.inf,
        "big": 1 << 64,
        "object": object,
        "surrogate": "\ud800",
        "text": Text("t"),
        "none": None,
    }

    (resource_spans,) = json.loads(encode([span(attributes=odd)]))["resourceSpans"]
    written = resource_spans["scopeSpans"][0]["spans"][0]["attributes"]
    assert [
        {"doubleValue": "NaN"},
        {"doubleValue": "-Infinity"},
        {"doubleValue": "Infinity"},
        {"stringValue": str(1 << 64)},
        {"stringValue": "<class 'object'>"},
        {"stringValue": "?"},
        {"stringValue": "t"},
        {},
    ] == [pair["value"] for pair in written]


def test_a_batch_is_one_line() -> None:
    """However its values are written, a batch has one line feed, at its end."""
    written = line([span(name="a\nb"), span(name="\u2028")])

    assert written.endswith(b"\n")
    assert 1 == written.count(b"\n")


def test_no_spans_are_no_resources() -> None:
    """An empty batch is an empty request."""
    assert b'{"resourceSpans":[]}' == otlp_json.encode([])
