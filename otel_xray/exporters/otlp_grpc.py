"""Spans to any OTLP/gRPC receiver, by OpenTelemetry's own exporter."""

from __future__ import annotations

from opentelemetry.sdk.trace.export import SpanExporter

from otel_xray.errors import ConfigurationError
from otel_xray.settings import Settings


def make(settings: Settings) -> SpanExporter:
    """
    Return the exporter; certificates it reads from OpenTelemetry's variables itself.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        # heavy, and installed by those who want it; grpc has no stubs
        from grpc import Compression  # type: ignore[import-untyped]  # noqa: PLC0415
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        msg = (
            "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', whose exporter is not installed "
            f"({error.name or error}); run pip install 'otel-xray[otlp]', or write http/protobuf."
        )
        raise ConfigurationError(msg) from error
    return OTLPSpanExporter(
        endpoint=settings.otlp_endpoint,
        # gRPC knows headers in small letters only
        headers={name.lower(): value for name, value in settings.otlp_headers.items()},
        timeout=settings.otlp_timeout,
        compression=Compression.Gzip if settings.otlp_gzip else Compression.NoCompression,
    )
