"""
How the text of one setting is read.

Pure: each parser takes the text and returns the value, or raises `ConfigurationError` with the
remedy; `settings` puts the variable's name and value in front of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote, urlsplit

from otel_xray.errors import ConfigurationError

_TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "off"})


class ContextMissingStrategy(Enum):
    """What an X-Ray call without a segment does (X-Ray SDK, ``AWS_XRAY_CONTEXT_MISSING``)."""

    LOG_ERROR = "LOG_ERROR"
    RUNTIME_ERROR = "RUNTIME_ERROR"
    IGNORE_ERROR = "IGNORE_ERROR"


class ExporterKind(Enum):
    """Ways out, by their name in ``OTEL_TRACES_EXPORTER``."""

    OTLP = "otlp"
    XRAY = "xray"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_exporters(text: str) -> tuple[ExporterKind, ...]:
    """Read ``OTEL_TRACES_EXPORTER``: names separated by commas."""
    known = {kind.value: kind for kind in ExporterKind}
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown:
        msg = f"{unknown[0]!r} is not an exporter; choose from {', '.join(known)}."
        raise ConfigurationError(msg)
    return tuple(known[name] for name in names)


def parse_url(text: str) -> str:
    """Accept an absolute HTTP URL."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        msg = "write a URL such as http://localhost:4318."
        raise ConfigurationError(msg)
    return text


def parse_boolean(text: str) -> bool:
    """Read a switch as the X-Ray SDK, Powertools and OpenTelemetry spell them."""
    lowered = text.lower()
    if lowered not in _TRUE | _FALSE:
        msg = "write true or false."
        raise ConfigurationError(msg)
    return lowered in _TRUE


def parse_milliseconds(text: str) -> float:
    """Return seconds."""
    if not text.isascii() or not text.isdigit():
        msg = "write milliseconds as a whole number, such as 1000."
        raise ConfigurationError(msg)
    return int(text) / 1000


def parse_compression(text: str) -> bool:
    """Say whether OTLP bodies are to be compressed."""
    if text.lower() not in {"gzip", "none"}:
        msg = "write gzip or none."
        raise ConfigurationError(msg)
    return text.lower() == "gzip"


def parse_strategy(text: str) -> ContextMissingStrategy:
    """Read ``AWS_XRAY_CONTEXT_MISSING``; case does not matter."""
    try:
        return ContextMissingStrategy(text.upper())
    except ValueError:
        choices = ", ".join(strategy.value for strategy in ContextMissingStrategy)
        msg = f"choose one of {choices}."
        raise ConfigurationError(msg) from None


def parse_pairs(text: str) -> dict[str, str]:
    """Read ``key=value,key=value`` as OpenTelemetry writes it (values percent-encoded)."""
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return {key.strip(): unquote(value.strip()) for key, separator, value in pairs if separator}


def parse_headers(text: str) -> dict[str, str]:
    """
    Read ``OTEL_EXPORTER_OTLP_HEADERS``.

    Raises:
        ConfigurationError: it is no list of ``name=value``; the text is not quoted.
    """
    headers = parse_pairs(text)
    if not headers or any(not name.isascii() or "\n" in value for name, value in headers.items()):
        msg = "write name=value pairs separated by commas."
        raise ConfigurationError(msg)
    return headers


def parse_daemon_address(text: str) -> Address:
    """
    Read a daemon address as the X-Ray SDK takes it.

    ``host:port``, or ``tcp:host:port udp:host:port`` in either order, of which the UDP one is
    returned. An IPv6 host is written in brackets.

    Raises:
        ConfigurationError: *text* is in neither form.
    """
    parts = dict(_protocol(part) for part in text.split())
    address = parts.get("udp") or parts.get("")
    if address is None or (len(text.split()) > 1 and set(parts) != {"tcp", "udp"}):
        msg = "write host:port, or tcp:host:port udp:host:port."
        raise ConfigurationError(msg)
    return address


def _protocol(part: str) -> tuple[str, Address]:
    for protocol in ("tcp", "udp"):
        if part.startswith(f"{protocol}:"):
            return protocol, _address(part[len(protocol) + 1 :])
    return "", _address(part)


def _address(text: str) -> Address:
    host, separator, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    well_formed = separator and bare and (":" not in bare or host.startswith("["))
    if not well_formed or not port.isdigit() or not 0 < int(port) < 1 << 16:
        msg = f"{text!r} has no host and port; write host:port, such as 127.0.0.1:2000."
        raise ConfigurationError(msg)
    return Address(bare, int(port))
