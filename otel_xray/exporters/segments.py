"""Spans to the X-Ray daemon, as segment documents over UDP."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_xray.errors import InvalidDocument
from otel_xray.exporters.delivery import Delivery
from otel_xray.model.document import Document
from otel_xray.segments.document_span import DocumentSpan
from otel_xray.segments.encode import EncodeOptions, to_documents
from otel_xray.segments.framing import datagrams
from otel_xray.segments.nesting import nest
from otel_xray.spans.readable import to_span_data
from otel_xray.transport.udp import UdpTransport

_log = logging.getLogger(__name__)

REMEDY = "Check AWS_XRAY_DAEMON_ADDRESS."
TIMEOUT = 1.0


class SegmentExporter(SpanExporter):
    """Sends spans as the segment documents that they stand for, children inside their parents."""

    def __init__(self, delivery: Delivery, options: EncodeOptions | None = None) -> None:
        self._delivery = delivery
        self._options = options or EncodeOptions()
        self._as_they_are = self._options == EncodeOptions()

    @classmethod
    def to_daemon(cls, host: str, port: int) -> SegmentExporter:
        """Return an exporter to the daemon at *host* and UDP *port*."""
        return cls(Delivery(UdpTransport(host, port), REMEDY, TIMEOUT))

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send *spans*; a failure is reported and never raised."""
        delivered = [self._delivery.deliver(payload, 1) for payload in self._payloads(spans)]
        return SpanExportResult.SUCCESS if all(delivered) else SpanExportResult.FAILURE

    def _payloads(self, spans: Sequence[ReadableSpan]) -> list[bytes]:
        held = [document for span in spans for document in self._documents(span)]
        try:
            return [payload for document in nest(held) for payload in datagrams(document)]
        except InvalidDocument:  # what X-Ray code has put on an entity is no JSON, or too large
            translated = [document for span in spans for document in self._translated(span)]
            return [part for document in nest(translated) for part in _datagrams(document)]

    def _documents(self, span: ReadableSpan) -> list[Document]:
        """Return the documents of *span*, as they are where it holds its own."""
        if self._as_they_are and type(span) is DocumentSpan:
            held = span.segment_document()
            if held is not None:
                return [held]
        return self._translated(span)

    def _translated(self, span: ReadableSpan) -> list[Document]:
        """Return the documents of *span*, made of its attributes."""
        try:
            return to_documents(to_span_data(span), self._options)
        except InvalidDocument as error:
            _log.warning("A span was not sent: %s", error)
            return []

    def shutdown(self) -> None:
        """Close the connection."""
        self._delivery.close()


def _datagrams(document: Document) -> list[bytes]:
    try:
        return datagrams(document)
    except InvalidDocument as error:
        _log.warning("A span was not sent: %s", error)
        return []
