"""Batches as OTLP: in parts where they must be, and what becomes of refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanContext, TraceFlags

from otel_xray.errors import TransportError
from otel_xray.exporters.batches import Limits
from otel_xray.exporters.delivery import Delivery
from otel_xray.exporters.otlp import OtlpExporter
from otel_xray.transport.memory import MemoryTransport
from tests.transport.receivers import Receiver, running

RESOURCE = Resource({"service.name": "orders"})


def span(name: str, **attributes: Any) -> ReadableSpan:
    """Return a finished span."""
    context = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))
    return ReadableSpan(
        name, context, resource=RESOURCE, attributes=attributes, start_time=1, end_time=2
    )


def names(payload: bytes) -> list[str]:
    """Return the names of the spans in *payload*."""
    (resource_spans,) = ExportTraceServiceRequest.FromString(payload).resource_spans
    return [span.name for scope in resource_spans.scope_spans for span in scope.spans]


class Narrow(MemoryTransport):
    """Takes two spans at a time."""

    def send(self, payload: bytes, timeout: float) -> bytes:
        """Refuse more."""
        if len(names(payload)) > 2:
            msg = "answered 413"
            raise TransportError(msg, too_large=True)
        return super().send(payload, timeout)


def exporter(transport: MemoryTransport, limits: Limits = Limits()) -> OtlpExporter:  # noqa: B008
    """Return an exporter over *transport*."""
    return OtlpExporter(Delivery(transport, "Do something.", 1), limits=limits)


BATCH = [span(name) for name in "abcde"]


def test_what_is_too_large_for_the_receiver_is_sent_in_parts() -> None:
    """413 costs no span as long as fewer fit."""
    transport = Narrow()

    assert SpanExportResult.SUCCESS is exporter(transport).export(BATCH)
    assert [["a", "b"], ["c"], ["d", "e"]] == [names(payload) for payload in transport.payloads]


def test_one_span_that_is_too_large_costs_no_other(caplog: pytest.LogCaptureFixture) -> None:
    """The span is named, with the reason; the rest arrives."""
    transport = MemoryTransport()
    batch = [span("a"), span("huge", text="x" * 3000), span("b")]
    sending = exporter(transport, Limits(span=2000))

    assert SpanExportResult.FAILURE is sending.export(batch)
    assert [["a"], ["b"]] == [names(payload) for payload in transport.payloads]
    (message,) = caplog.messages
    assert message.startswith("1 spans were not sent: the span 'huge' cannot be sent (it has 3")


@pytest.mark.parametrize("limits", [Limits(spans=2), Limits(payload=150)])
def test_known_limits_are_kept_to_without_asking(limits: Limits) -> None:
    """A batch beyond what the receiver is known to take is sent in parts at once."""
    transport = MemoryTransport()

    assert SpanExportResult.SUCCESS is exporter(transport, limits).export(BATCH)
    sent = [names(payload) for payload in transport.payloads]
    assert list("abcde") == [name for part in sent for name in part]
    assert all(len(part) <= 2 for part in sent)


def test_a_small_span_in_a_large_batch_is_no_large_span() -> None:
    """The limit of a span is not that of a batch."""
    transport = MemoryTransport()

    assert SpanExportResult.SUCCESS is exporter(transport, Limits(span=200)).export(BATCH)
    assert [list("abcde")] == [names(payload) for payload in transport.payloads]


def test_a_span_that_cannot_be_written_costs_no_other(caplog: pytest.LogCaptureFixture) -> None:
    """A time that no encoding has a form for is one span's misfortune."""
    context = SpanContext(1, 2, is_remote=False)
    impossible = ReadableSpan("before time", context, resource=RESOURCE, start_time=-1, end_time=2)
    transport = MemoryTransport()

    assert SpanExportResult.FAILURE is exporter(transport).export([*BATCH, impossible])
    assert list("abcde") == [name for payload in transport.payloads for name in names(payload)]
    assert "1 spans were not sent: the span 'before time' cannot be sent" in caplog.text


def test_spans_that_were_refused_are_reported(caplog: pytest.LogCaptureFixture) -> None:
    """A partial success is a loss, with the receiver's own words."""
    transport = MemoryTransport()
    partial = ExportTracePartialSuccess(rejected_spans=3, error_message="too old")
    transport.answer = ExportTraceServiceResponse(partial_success=partial).SerializeToString()

    assert SpanExportResult.FAILURE is exporter(transport).export(BATCH)
    assert ["3 spans were not sent: the receiver says: too old. Do something."] == caplog.messages


def test_an_empty_batch_asks_for_nothing() -> None:
    """No spans are no request."""
    transport = MemoryTransport()

    assert SpanExportResult.SUCCESS is exporter(transport).export([])
    assert [] == transport.payloads


@pytest.mark.slow
@pytest.mark.parametrize(
    ("json_instead", "content_type", "read"),
    [
        (False, "application/x-protobuf", names),
        (
            True,
            "application/json",
            lambda body: [
                span["name"]
                for span in json.loads(body)["resourceSpans"][0]["scopeSpans"][0]["spans"]
            ],
        ),
    ],
)
def test_both_encodings_say_what_they_are(
    json_instead: bool, content_type: str, read: Callable[[bytes], Sequence[str]]
) -> None:
    """The content type is that of the body, and the connection is used again."""
    with running() as receiver:
        sending = OtlpExporter.to(
            receiver.url, {"x-key": "k"}, timeout=5, compress=False, json=json_instead
        )
        for _ in range(2):
            assert SpanExportResult.SUCCESS is sending.export(BATCH)
        sending.shutdown()

    _check(receiver, content_type)
    assert list("abcde") == list(read(receiver.bodies[1]))


def _check(receiver: Receiver, content_type: str) -> None:
    assert {"Content-Type": content_type, "x-key": "k"}.items() <= receiver.headers[0].items()
    assert receiver.headers[0]["User-Agent"].startswith("otel-xray/")
    assert 1 == receiver.connections
