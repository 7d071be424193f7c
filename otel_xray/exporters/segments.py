"""Spans to the X-Ray daemon, as segment documents over UDP."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_xray.exporters.delivery import Delivery
from otel_xray.exporters.segment_documents import SegmentDocuments
from otel_xray.segments.encode import EncodeOptions
from otel_xray.segments.framing import datagrams
from otel_xray.transport.udp import UdpTransport

REMEDY = "Check AWS_XRAY_DAEMON_ADDRESS."
TIMEOUT = 1.0


class SegmentExporter(SpanExporter):
    """Sends spans as datagrams, each a document or a part of one."""

    def __init__(
        self, delivery: Delivery[bytes, bytes], options: EncodeOptions | None = None
    ) -> None:
        self._delivery = delivery
        self._documents = SegmentDocuments(datagrams, options)

    @classmethod
    def to_daemon(cls, host: str, port: int) -> SegmentExporter:
        """Return an exporter to the daemon at *host* and UDP *port*."""
        return cls(Delivery(UdpTransport(host, port), REMEDY, TIMEOUT))

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send *spans*; a failure is reported and never raised."""
        payloads = self._documents.messages(spans)
        delivered = [self._delivery.deliver(payload, 1) is not None for payload in payloads]
        return SpanExportResult.SUCCESS if all(delivered) else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the connection."""
        self._delivery.close()
