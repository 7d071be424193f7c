"""The OTLP endpoint and its headers, without asking it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from otel_xray.backends import BACKENDS
from otel_xray.cli.checks.finding import Circumstances, Finding, Severity
from otel_xray.setting_values import ExporterKind, OtlpProtocol, Tls
from otel_xray.settings import Settings
from otel_xray.transport.route import Route

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_HEADERS = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
_HTTP_PORT, _GRPC_PORT = 4318, 4317


def shown(url: str) -> str:
    """Return *url* for people, without what may be a secret."""
    return Route(url, Tls()).shown


def port(seen: Circumstances) -> Iterator[Finding]:
    """Yield one protocol at the port of the other."""
    settings = _otlp(seen)
    if settings is None:
        return
    grpc = settings.otlp_protocol is OtlpProtocol.GRPC
    if urlsplit(settings.otlp_endpoint).port == (_HTTP_PORT if grpc else _GRPC_PORT):
        used, usual = (_HTTP_PORT, _GRPC_PORT) if grpc else (_GRPC_PORT, _HTTP_PORT)
        yield Finding(
            "protocol-at-wrong-port",
            f"{settings.otlp_protocol.value} goes to {shown(settings.otlp_endpoint)}.",
            f"Port {used} is where receivers take {'OTLP/HTTP' if grpc else 'OTLP/gRPC'}.",
            f"Use port {usual}, or set OTEL_EXPORTER_OTLP_PROTOCOL to "
            f"{'http/protobuf' if grpc else 'grpc'}.",
        )


def path(seen: Circumstances) -> Iterator[Finding]:
    """Yield an endpoint of traces that has no path: nothing is added to it."""
    settings = _otlp(seen)
    name = _ENDPOINTS[0]
    if settings is None or settings.otlp_protocol is OtlpProtocol.GRPC or not seen.text(name):
        return
    if urlsplit(settings.otlp_endpoint).path in {"", "/"}:
        yield Finding(
            "endpoint-without-path",
            f"{name} is {shown(settings.otlp_endpoint)}.",
            "It is used as it stands, and receivers take traces at /v1/traces.",
            f"Append /v1/traces, or set {_ENDPOINTS[1]} instead, to which the path is added.",
        )


def base(seen: Circumstances) -> Iterator[Finding]:
    """Yield a base endpoint to which the path is added a second time."""
    settings = _otlp(seen)
    if settings is not None and settings.otlp_endpoint.endswith("/v1/traces/v1/traces"):
        yield Finding(
            "endpoint-with-two-paths",
            f"{_ENDPOINTS[1]} ends in /v1/traces: spans go to {shown(settings.otlp_endpoint)}.",
            "The path is added to it, so it is there twice.",
            f"Remove it, or set {_ENDPOINTS[0]} instead.",
        )


def plain_text(seen: Circumstances) -> Iterator[Finding]:
    """Yield credentials that anybody on the way can read."""
    settings = _otlp(seen)
    if settings is None or not settings.otlp_headers:
        return
    parts = urlsplit(settings.otlp_endpoint)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        yield Finding(
            "credentials-in-plain-text",
            f"Headers are sent to {shown(settings.otlp_endpoint)}, which is not encrypted.",
            "Whoever is on the way can read what is in them.",
            "Use https, or send to a collector on this machine.",
        )


def headers_kept(seen: Circumstances) -> Iterator[Finding]:
    """Yield credentials of a preset that are not sent, because the endpoint is another."""
    settings = _otlp(seen)
    backend = BACKENDS.get(seen.text("OTEL_XRAY_BACKEND"))
    if settings is None or backend is None or not backend.headers or seen.text(*_HEADERS):
        return
    name = next((one for one in _ENDPOINTS if seen.text(one)), "")
    if name:
        yield Finding(
            "headers-not-sent",
            f"{name} is set, so no header of {backend.name} is sent there.",
            "Credentials are for the vendor alone; an endpoint that wants them answers 401 or 403.",
            f"Unset {name}, or name the headers in {_HEADERS[1]}.",
            Severity.ADVICE,
        )


def is_loopback(host: str) -> bool:
    """Say whether *host* is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _otlp(seen: Circumstances) -> Settings | None:
    settings = seen.settings
    used = settings is not None and settings.enabled and ExporterKind.OTLP in settings.exporters
    return settings if used else None
