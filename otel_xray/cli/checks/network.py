"""Whether anybody listens where spans go. Nothing is sent that is a span or a credential."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from otel_xray.backends import BACKENDS
from otel_xray.cli.checks.endpoint import is_loopback, shown
from otel_xray.cli.checks.finding import Circumstances, Finding, Severity
from otel_xray.errors import ConfigurationError
from otel_xray.model.limits import DATAGRAM_BYTES
from otel_xray.setting_values import Address, ExporterKind, OtlpProtocol
from otel_xray.settings import Settings
from otel_xray.transport import proxy
from otel_xray.transport.route import Route

TIMEOUT = 3.0
_UDP_WAIT = 0.2
_UNAVAILABLE = frozenset({502, 503, 504})
_SKEW = 300.0  # AWS refuses signatures that are 5 minutes off


def otlp(seen: Circumstances) -> Iterator[Finding]:
    """Yield an OTLP endpoint that does not answer, or whose clock is another."""
    settings = seen.settings
    if settings is None or not settings.enabled or ExporterKind.OTLP not in settings.exporters:
        return
    url = settings.otlp_endpoint
    try:
        if settings.otlp_protocol is OtlpProtocol.GRPC:
            _connect(url)
            return
        answer = _ask(url, settings)
    except (OSError, HTTPException, ConfigurationError) as error:
        yield Finding(
            "endpoint-unreachable",
            f"Nobody answers at {shown(url)} ({_reason(error)}).",
            "Every span is lost; one line in the log says so.",
            _remedy(seen),
        )
        return
    if answer.status in _UNAVAILABLE:
        yield Finding(
            "endpoint-unavailable",
            f"{shown(url)} answers {answer.status} {answer.reason}.",
            "Spans are sent again for a while, and then lost.",
            _remedy(seen),
        )
    yield from _clock(shown(url), answer)


def daemon(seen: Circumstances) -> Iterator[Finding]:
    """Yield an address of the X-Ray daemon at which nobody is, or nobody should be."""
    settings = seen.settings
    if settings is None or not settings.enabled or ExporterKind.XRAY not in settings.exporters:
        return
    address = settings.daemon_address
    try:
        refused, buffer = _knock(address)
    except OSError as error:
        yield Finding(
            "daemon-unknown",
            f"The X-Ray daemon's address {address} cannot be used ({_reason(error)}).",
            "Every segment is lost.",
            "Correct AWS_XRAY_DAEMON_ADDRESS; in Lambda leave it alone.",
        )
        return
    if refused:
        yield Finding(
            "daemon-not-there",
            f"Nobody listens for segments at {address} (UDP).",
            "Every segment is lost; one line in the log says so.",
            "Start the X-Ray daemon, a collector with collector-config/xray.yaml, or otel-xray "
            "console; or correct AWS_XRAY_DAEMON_ADDRESS.",
        )
    yield from _datagrams(address, buffer)


def _datagrams(address: Address, buffer: int) -> Iterator[Finding]:
    if buffer < DATAGRAM_BYTES:
        yield Finding(
            "small-datagrams",
            f"This system sends datagrams of {buffer:,} bytes at most; segments may have "
            f"{DATAGRAM_BYTES:,}.",
            "Larger segments are lost.",
            "Raise the limit (net.core.wmem_default; on macOS net.inet.udp.maxdgram).",
            Severity.ADVICE,
        )
    if not is_loopback(address.host) and not address.host.startswith("169.254."):
        yield Finding(
            "daemon-elsewhere",
            f"The X-Ray daemon is at {address}, which is not this machine.",
            "Datagrams are not encrypted, and one that is larger than the network's packets is "
            "lost with any of its parts.",
            "Run the daemon, or a collector, beside the application.",
            Severity.ADVICE,
        )


def _clock(place: str, answer: HTTPResponse) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(answer.getheader("Date", "")).timestamp()
    except (TypeError, ValueError, OverflowError):
        return
    skew = time.time() - theirs
    if abs(skew) > _SKEW:
        yield Finding(
            "clock-skew",
            f"This clock is {abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'} that "
            f"of {place}.",
            "Spans are drawn at the wrong time, or refused as too old or too new.",
            "Set the clock by NTP.",
        )


def _ask(url: str, settings: Settings) -> HTTPResponse:
    """Ask for *url* without credentials; whatever is answered, somebody is there."""
    route = Route(url, settings.otlp_tls, proxy.choose(settings.proxies, url))
    connection = route.open(TIMEOUT)
    with closing(connection):
        connection.request("GET", urlsplit(url).path or "/")
        answer = connection.getresponse()
        answer.read(1)
        return answer


def _connect(url: str) -> None:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    socket.create_connection((parts.hostname or "", port), TIMEOUT).close()


def _knock(address: Address) -> tuple[bool, int]:
    """
    Send an empty datagram, which is no segment.

    Returns:
        Whether the system says that nobody is there (it does for this machine), and how large
        a datagram may be.
    """
    found = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM)
    family, kind, protocol, _, place = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.settimeout(_UDP_WAIT)
        probe.connect(place)
        probe.send(b"")
        try:
            probe.recv(1)
        except ConnectionRefusedError:
            return True, _buffer(probe)
        except TimeoutError:
            pass  # a daemon has nothing to say
        return False, _buffer(probe)


def _buffer(probe: socket.socket) -> int:
    return probe.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)


def _remedy(seen: Circumstances) -> str:
    backend = BACKENDS.get(seen.text("OTEL_XRAY_BACKEND"))
    if backend is not None and backend.name == "console":
        return "Start otel-xray console."
    if backend is not None and backend.collector:
        return f"Start a collector there, with collector-config/{backend.collector}."
    return (
        "Start what should listen there, or say where spans go: OTEL_XRAY_BACKEND, "
        "OTEL_EXPORTER_OTLP_ENDPOINT."
    )


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
