"""Spans as X-Ray segment documents and back, and documents as datagrams."""

from __future__ import annotations

from otel_xray.lazy import attach

__getattr__, __all__ = attach(
    __name__,
    {
        "EncodeOptions": "otel_xray.segments.encode",
        "Finding": "otel_xray.segments.finding",
        "batches": "otel_xray.segments.framing",
        "check": "otel_xray.segments.linter",
        "datagrams": "otel_xray.segments.framing",
        "flatten": "otel_xray.segments.nesting",
        "from_span": "otel_xray.segments.adapter",
        "parse_datagram": "otel_xray.segments.framing",
        "parse_document": "otel_xray.segments.framing",
        "to_documents": "otel_xray.segments.encode",
        "to_spans": "otel_xray.segments.adapter",
        "validate": "otel_xray.segments.validation",
    },
)
