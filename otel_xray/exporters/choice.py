"""Exporters by their kind: the one table, each loaded when it is chosen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_xray.backends import TRACES_PATH
from otel_xray.errors import ConfigurationError
from otel_xray.setting_values import ExporterKind, OtlpProtocol, StdoutFormat
from otel_xray.settings import Settings

_log = logging.getLogger(__name__)

_FILE_REMEDY = "Check OTEL_XRAY_FILE and the rights and space of its directory."
_LOCAL_TIMEOUT = 5.0


def make(kind: ExporterKind, settings: Settings) -> SpanExporter:
    """
    Return the exporter of *kind*.

    Raises:
        ConfigurationError: *settings* or what is installed do not suffice for it.
    """
    return EXPORTERS[kind](settings)


def make_late(kind: ExporterKind, settings: Settings) -> SpanExporter:
    """Return the exporter of *kind* for code that must not fail, or one that loses everything."""
    try:
        return make(kind, settings)
    except ConfigurationError as error:
        _log.error("Spans are not sent: %s", error)
        return _Nothing()


class _Nothing(SpanExporter):
    """Sends nothing; the reason was reported."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:  # noqa: ARG002
        """Lose *spans*."""
        return SpanExportResult.FAILURE


def _otlp(settings: Settings) -> SpanExporter:
    if settings.otlp_protocol is OtlpProtocol.GRPC:
        from otel_xray.exporters import otlp_grpc

        return otlp_grpc.make(settings)
    from otel_xray.exporters import otlp
    from otel_xray.transport import proxy

    if settings.otlp_endpoint.startswith(_XRAY_PREFIX):
        from otel_xray.exporters import sigv4

        if sigv4.region_of(settings.otlp_endpoint):  # it takes nothing that is not signed
            return _to_xray(settings.otlp_endpoint, settings)
    return otlp.OtlpExporter.to(
        settings.otlp_endpoint,
        settings.otlp_headers,
        timeout=settings.otlp_timeout,
        compress=settings.otlp_gzip,
        json=settings.otlp_protocol is OtlpProtocol.HTTP_JSON,
        tls=settings.otlp_tls,
        proxy=proxy.choose(settings.proxies, settings.otlp_endpoint),
    )


_XRAY_PREFIX = "https://xray."


def _xray(settings: Settings) -> SpanExporter:
    from otel_xray.exporters.segments import SegmentExporter

    return SegmentExporter.to_daemon(settings.daemon_address.host, settings.daemon_address.port)


def _xray_api(settings: Settings) -> SpanExporter:
    from otel_xray.exporters import aws, xray_api

    return xray_api.XRayApiExporter.to(aws.account(settings.region, ExporterKind.XRAY_API.value))


def _xray_otlp(settings: Settings) -> SpanExporter:
    return _to_xray("", settings)


def _to_xray(url: str, settings: Settings) -> SpanExporter:
    """Return an exporter to X-Ray's OTLP endpoint: *url*, or that of the region."""
    from otel_xray.exporters import aws, otlp, sigv4
    from otel_xray.exporters.batches import Limits
    from otel_xray.transport import proxy

    region = sigv4.region_of(url) or settings.region
    account = aws.account(region, ExporterKind.XRAY_OTLP.value)
    base = settings.xray_endpoint or f"https://xray.{account.region()}.amazonaws.com"
    endpoint = url or f"{base.rstrip('/')}/{TRACES_PATH}"
    return otlp.OtlpExporter.to(
        endpoint,
        {},
        timeout=settings.otlp_timeout,
        compress=settings.otlp_gzip,
        json=settings.otlp_protocol is OtlpProtocol.HTTP_JSON,
        tls=settings.otlp_tls,
        proxy=proxy.choose(settings.proxies, endpoint),
        authorize=sigv4.Signature(endpoint, account),
        # X-Ray's user guide, "OTLP endpoints": 5 MB, 10,000 spans, 200 kB a span
        limits=Limits(payload=5_000_000, spans=10_000, span=200_000),
        remedy="Check the region, the credentials, and that Transaction Search is on.",
    )


def _console(settings: Settings) -> SpanExporter:
    from otel_xray.exporters import otlp_json, text
    from otel_xray.exporters.batches import BatchExporter
    from otel_xray.exporters.delivery import Delivery
    from otel_xray.transport.stdout import StdoutTransport

    encode = otlp_json.line if settings.stdout_format is StdoutFormat.JSON else text.encode
    return BatchExporter(Delivery(StdoutTransport(), "Is it open?", _LOCAL_TIMEOUT), encode)


def _file(settings: Settings) -> SpanExporter:
    from otel_xray.exporters import otlp_json
    from otel_xray.exporters.batches import BatchExporter
    from otel_xray.exporters.delivery import Delivery
    from otel_xray.transport.file import FileTransport

    transport = FileTransport(settings.file)
    return BatchExporter(Delivery(transport, _FILE_REMEDY, _LOCAL_TIMEOUT), otlp_json.line)


EXPORTERS: Mapping[ExporterKind, Callable[[Settings], SpanExporter]] = {
    ExporterKind.OTLP: _otlp,
    ExporterKind.XRAY: _xray,
    ExporterKind.XRAY_API: _xray_api,
    ExporterKind.XRAY_OTLP: _xray_otlp,
    ExporterKind.CONSOLE: _console,
    ExporterKind.FILE: _file,
}
