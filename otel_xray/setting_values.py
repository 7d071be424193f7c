"""
How the text of one setting is read.

Pure: each parser takes the text and returns the value, or raises `ConfigurationError` with the
remedy; `settings` puts the variable's name and value in front of it.
"""

from __future__ import annotations

import os
from enum import Enum
from typing import NamedTuple
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
    """
    Ways out, by their name in ``OTEL_TRACES_EXPORTER``.

    OpenTelemetry's own SDK finds those whose names it does not have by the same names.
    """

    OTLP = "otlp"
    XRAY = "xray"  # the daemon
    XRAY_API = "xray_api"
    XRAY_OTLP = "xray_otlp"
    CONSOLE = "console"  # the standard output; not the web page
    FILE = "file"
    NONE = "none"


class OtlpProtocol(Enum):
    """How OTLP travels, by its name in ``OTEL_EXPORTER_OTLP_PROTOCOL``."""

    HTTP_PROTOBUF = "http/protobuf"
    HTTP_JSON = "http/json"
    GRPC = "grpc"


class StdoutFormat(Enum):
    """What the standard output gets, by its name in ``OTEL_XRAY_STDOUT_FORMAT``."""

    TEXT = "text"
    JSON = "json"  # OTLP, a line for each batch


class Tls(NamedTuple):
    """
    Files of certificates, in PEM; empty for none.

    Attributes:
        certificate: of the authorities to believe, instead of the system's.
        client_certificate: that this side shows.
        client_key: of that certificate, where it is not in the same file.
    """

    certificate: str = ""
    client_certificate: str = ""
    client_key: str = ""


class Proxies(NamedTuple):
    """
    HTTP proxies, as the environment writes them; they may hold passwords.

    Attributes:
        http: for ``http`` URLs.
        https: for ``https`` URLs.
        bypass: hosts that are reached directly, separated by commas.
    """

    http: str = ""
    https: str = ""
    bypass: str = ""


class SpanShape(Enum):
    """What the span of a Lambda handler is, by its name in ``OTEL_XRAY_LAMBDA_SPAN``."""

    XRAY = "xray"  # a part of the segment that Lambda itself makes
    SERVER = "server"  # a server span, for whom that segment does not exist


class Address(NamedTuple):
    """Where something listens."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_exporters(text: str) -> tuple[ExporterKind, ...]:
    """Read ``OTEL_TRACES_EXPORTER``: names separated by commas; each counts once."""
    known = {kind.value: kind for kind in ExporterKind}
    names = [name.strip().lower().replace("-", "_") for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown:
        msg = f"{unknown[0]!r} is not an exporter; choose from {', '.join(known)}."
        raise ConfigurationError(msg)
    return tuple(known[name] for name in dict.fromkeys(names))


def parse_protocol(text: str) -> OtlpProtocol:
    """Read ``OTEL_EXPORTER_OTLP_PROTOCOL``."""
    try:
        return OtlpProtocol(text.lower())
    except ValueError:
        choices = ", ".join(protocol.value for protocol in OtlpProtocol)
        msg = f"choose one of {choices}."
        raise ConfigurationError(msg) from None


def parse_stdout_format(text: str) -> StdoutFormat:
    """Read ``OTEL_XRAY_STDOUT_FORMAT``."""
    try:
        return StdoutFormat(text.lower())
    except ValueError:
        msg = "write text or json."
        raise ConfigurationError(msg) from None


def parse_existing_file(text: str) -> str:
    """Accept the path of a file that is there."""
    if not os.path.isfile(text):  # noqa: PTH113  pathlib is too heavy for the cold path
        msg = "there is no such file."
        raise ConfigurationError(msg)
    return text


def parse_new_file(text: str) -> str:
    """Accept the path of a file that can be written, whether it is there or not."""
    place = os.path.dirname(text) or "."  # noqa: PTH120  as above
    if os.path.isdir(text) or not os.path.isdir(place):  # noqa: PTH112  as above
        msg = "write the path of a file in a directory that exists."
        raise ConfigurationError(msg)
    return text


def parse_span_shape(text: str) -> SpanShape:
    """Read ``OTEL_XRAY_LAMBDA_SPAN``."""
    try:
        return SpanShape(text.lower())
    except ValueError:
        msg = "write xray (a part of Lambda's own segment) or server (a span of its own)."
        raise ConfigurationError(msg) from None


def parse_libraries(text: str) -> tuple[str, ...] | None:
    """Read ``OTEL_XRAY_INSTRUMENT``: names separated by commas; ``none`` undoes all others."""
    names = _names(text)
    return () if "none" in map(str.lower, names) else names


def parse_name_set(text: str) -> frozenset[str]:
    """Read names separated by commas."""
    return frozenset(_names(text))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def parse_url(text: str) -> str:
    """Accept an absolute HTTP URL."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        usable = usable and text.isascii() and text.isprintable() and " " not in text
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
    if not headers or not all(map(_is_header, headers, headers.values())):
        msg = "write name=value pairs separated by commas."
        raise ConfigurationError(msg)
    return headers


def _is_header(name: str, value: str) -> bool:
    written = name.isascii() and name.isprintable() and not set(name) & _SEPARATORS
    return written and value.isprintable() and all(ord(character) < 1 << 8 for character in value)


_SEPARATORS = frozenset(' ()<>@,;:\\"/[]?={}')  # RFC 9110, section 5.6.2


def parse_daemon_address(text: str) -> Address:
    """
    Read a daemon address as the X-Ray SDK takes it.

    ``host:port``, or ``tcp:host:port udp:host:port`` in either order, of which the UDP one is
    returned. An IPv6 host is written in brackets.

    Raises:
        ConfigurationError: *text* is in neither form.
    """
    return _daemon(text, "udp")


def parse_daemon_tcp_address(text: str) -> Address:
    """
    Read a daemon address, and return the one where it answers for sampling.

    Raises:
        ConfigurationError: *text* is in neither form of `parse_daemon_address`.
    """
    return _daemon(text, "tcp")


def _daemon(text: str, protocol: str) -> Address:
    parts = dict(_protocol(part) for part in text.split())
    address = parts.get(protocol) or parts.get("")
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


AWS = "aws"  # as an endpoint: X-Ray's API itself
_SHORTEST_POLLING = 10


class Sampling(NamedTuple):
    """
    Whose rules decide what is recorded.

    Attributes:
        rules: local ones: JSON, or a path; empty for those of X-Ray's SDKs.
        central: X-Ray is asked for rules; the local ones decide until those are known.
        daemon: where it is asked, unless an endpoint is named.
        endpoint: URL of whoever passes questions on to X-Ray; `AWS`: X-Ray's API itself.
        interval: seconds between two questions for rules.
    """

    rules: str = ""
    central: bool = False
    daemon: Address = Address("127.0.0.1", 2000)
    endpoint: str = ""
    interval: float = 300.0


def parse_sampler_arguments(text: str) -> Sampling:
    """
    Read ``OTEL_TRACES_SAMPLER_ARG`` of the sampler ``xray``, as AWS's distribution writes it.

    ``endpoint=http://localhost:2000,polling_interval=300``; what is unknown is ignored.

    Raises:
        ConfigurationError: one of the two cannot be used.
    """
    pairs = parse_pairs(text)
    endpoint = pairs.get("endpoint", "")
    if endpoint and endpoint != AWS:
        parse_url(endpoint)
    interval = pairs.get("polling_interval", "300")
    # a day has 86400 seconds: int() must not be given a megabyte of digits
    whole = interval.isascii() and interval.isdigit() and len(interval) < len("1000000")
    if not whole or int(interval) < _SHORTEST_POLLING:
        msg = "write polling_interval=300, in seconds, 10 at least."
        raise ConfigurationError(msg)
    return Sampling(central=True, endpoint=endpoint, interval=float(interval))
