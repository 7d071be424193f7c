"""
The exporters by name, for OpenTelemetry's own SDK: entry points ``opentelemetry_traces_exporter``.

``OTEL_TRACES_EXPORTER`` and the configuration file find them, without any other line of this
package in the program. Settings come from the environment; in the file each exporter takes some of
them as its members, by the names in its table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_xray import settings
from otel_xray.errors import ConfigurationError
from otel_xray.exporters import choice
from otel_xray.setting_values import ExporterKind
from otel_xray.settings import Settings


class Plugin(SpanExporter):
    """
    One kind of exporter.

    Attributes:
        kind: which one.
        members: what it takes in the configuration file → the variable that says the same.
    """

    kind: ClassVar[ExporterKind]
    members: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init__(self, **members: Any) -> None:
        """
        Make the exporter.

        Args:
            **members: from the configuration file.

        Raises:
            ConfigurationError: a member or a variable cannot be used.
        """
        name = self.kind.value
        unknown = sorted(members.keys() - self.members.keys())
        if unknown:
            known = ", ".join(self.members) or "no members"
            msg = f"The exporter {name} has no member {unknown[0]!r}; it takes {known}."
            raise ConfigurationError(msg)
        given = {self.members[member]: _text(value) for member, value in members.items()}
        environ = {
            **settings.environment(),
            "OTEL_TRACES_EXPORTER": name,
            **given,
        }
        self._exporter = choice.make(self.kind, Settings.from_environ(environ))

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send *spans*; a failure is reported and never raised."""
        return self._exporter.export(spans)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Say that nothing is kept: what is exported is sent at once."""
        del timeout_millis
        return True

    def shutdown(self) -> None:
        """Close the connections."""
        self._exporter.shutdown()


def _text(value: object) -> str:
    """Return *value* of the file as a variable would have it; null is unset."""
    return "" if value is None else str(value)


class DaemonExporter(Plugin):
    """``xray``: segment documents to the X-Ray daemon."""

    kind = ExporterKind.XRAY
    members = MappingProxyType({"daemon_address": "AWS_XRAY_DAEMON_ADDRESS"})


class ApiExporter(Plugin):
    """``xray_api``: segment documents to ``PutTraceSegments``."""

    kind = ExporterKind.XRAY_API
    members = MappingProxyType({"region": "AWS_REGION"})


class XRayOtlpExporter(Plugin):
    """``xray_otlp``: OTLP, signed, to X-Ray's endpoint."""

    kind = ExporterKind.XRAY_OTLP
    members = MappingProxyType(
        {
            "region": "AWS_REGION",
            "endpoint": "AWS_ENDPOINT_URL_XRAY",
            "timeout": "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
            "compression": "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
        }
    )


class LeanOtlpExporter(Plugin):
    """``otlp_lean``: OTLP over HTTP without requests and protobuf."""

    kind = ExporterKind.OTLP
    members = MappingProxyType(
        {
            "endpoint": "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "headers_list": "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
            "timeout": "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
            "compression": "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
            "protocol": "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            "certificate": "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
            "client_certificate": "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
            "client_key": "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
        }
    )


class FileExporter(Plugin):
    """``file``: OTLP in JSON, appended to a file."""

    kind = ExporterKind.FILE
    members = MappingProxyType({"path": "OTEL_XRAY_FILE"})
