"""Spans to any OTLP/HTTP receiver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_xray.exporters.delivery import Delivery
from otel_xray.exporters.otlp_encoding import encode
from otel_xray.spans.readable import to_span_data
from otel_xray.transport.http import HttpTransport
from otel_xray.version import __version__

CONTENT_TYPE = "application/x-protobuf"


class OtlpExporter(SpanExporter):
    """Sends spans as OTLP, protobuf over HTTP, one request a batch."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    @classmethod
    def to(
        cls, endpoint: str, headers: Mapping[str, str], *, timeout: float, compress: bool
    ) -> OtlpExporter:
        """
        Return an exporter to *endpoint*.

        Args:
            endpoint: URL of the traces, path included.
            headers: of each request.
            timeout: seconds for one batch, retries included.
            compress: gzip the bodies.
        """
        own = {"Content-Type": CONTENT_TYPE, "User-Agent": f"otel-xray/{__version__}"}
        transport = HttpTransport(endpoint, {**own, **headers}, compress=compress)
        remedy = "Start a receiver there, or set OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_XRAY_BACKEND."
        return cls(Delivery(transport, remedy, timeout))

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send *spans*; a failure is reported and never raised."""
        payload = encode([to_span_data(span) for span in spans])
        delivered = self._delivery.deliver(payload, len(spans))
        return SpanExportResult.SUCCESS if delivered else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the connection."""
        self._delivery.close()
