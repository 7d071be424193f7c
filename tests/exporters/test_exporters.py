from __future__ import annotations

import json
import socket

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SpanExportResult

from otel_xray import Tracer, xray_recorder
from otel_xray.errors import TransportError
from otel_xray.exporters.delivery import Delivery
from otel_xray.exporters.otlp import OtlpExporter
from otel_xray.exporters.segments import SegmentExporter
from otel_xray.testing import Recording
from otel_xray.transport.memory import MemoryTransport


def record() -> None:
    """Record one segment with an annotated subsegment."""
    with xray_recorder.in_segment("shop"), xray_recorder.in_subsegment("pay"):
        Tracer("shop", auto_patch=False).put_annotation("orderId", "42")


def test_a_batch_is_one_otlp_request(recorded: Recording) -> None:
    """All spans of a batch travel in one payload, with their annotations as attributes."""
    record()
    transport = MemoryTransport()
    exporter = OtlpExporter(Delivery(transport, "", 1))

    assert SpanExportResult.SUCCESS is exporter.export(recorded.spans)
    (payload,) = transport.payloads
    spans = ExportTraceServiceRequest.FromString(payload).resource_spans[0].scope_spans[0].spans
    assert ["pay", "shop"] == [span.name for span in spans]
    assert "orderId" in {attribute.key for attribute in spans[0].attributes}


def test_a_segment_is_one_datagram_with_its_subsegments(recorded: Recording) -> None:
    """What ended together travels together, behind X-Ray's header line, annotations included."""
    record()
    transport = MemoryTransport()

    exporter = SegmentExporter(Delivery(transport, "", 1))

    assert SpanExportResult.SUCCESS is exporter.export(recorded.spans)
    (payload,) = transport.payloads
    document = json.loads(payload.partition(b"\n")[2])
    (inside,) = document["subsegments"]
    assert ("shop", "pay") == (document["name"], inside["name"])
    assert {"orderId": "42"} == inside["annotations"]
    exporter.shutdown()


def test_a_failure_is_a_result_not_an_exception(recorded: Recording) -> None:
    """Exporters answer FAILURE when nothing could be delivered."""
    record()
    failing = MemoryTransport()
    failing.failures = [TransportError("gone") for _ in range(3)]

    assert SpanExportResult.FAILURE is OtlpExporter(Delivery(failing, "", 1)).export(recorded.spans)
    assert SpanExportResult.FAILURE is SegmentExporter(Delivery(failing, "", 1)).export(
        recorded.spans
    )


def test_the_daemon_gets_what_the_exporter_is_told_to_send(recorded: Recording) -> None:
    """An exporter to an address sends datagrams there."""
    record()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(5)
        exporter = SegmentExporter.to_daemon(*daemon.getsockname())
        exporter.export(recorded.spans)

        assert daemon.recv(65_536).startswith(b'{"format"')
        exporter.shutdown()
