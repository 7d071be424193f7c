"""
The ``http`` section, as the exporter writes it.

Attributes are read in the order in which the span has them: of an old and a stable key for the
same thing the later one counts. What is read is gone, also when no section results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from otel_xray.model.document import Json
from otel_xray.model.span import Attributes, Kind, SpanData
from otel_xray.segments.collector.value import first_text, integer, present, read, text


@dataclass(frozen=True, slots=True)
class Part:
    """
    What an attribute gives.

    Attributes:
        name: of the part of the section, or of the URL.
        block: the section exists because of it.
        url: the section has a URL because of it.
        convert: attribute value → part; None leaves it out.
    """

    name: str
    block: bool = False
    url: bool = False
    convert: Callable[[Json], Json] = text


def _port(value: Json) -> str:
    return text(value) or str(integer(value))


def _address(value: Json) -> str | None:
    given = text(value)
    try:
        ip_address(given)
    except ValueError:
        return None
    return None if "%" in given else given  # Go takes no zone


CLIENT = "client_ip"
PEER = "peer"

PARTS: Mapping[str, Part] = {
    "http.method": Part("method", block=True),
    "http.request.method": Part("method", block=True),
    "http.client_ip": Part(CLIENT, block=True),
    "client.address": Part(CLIENT, convert=_address),
    "net.peer.ip": Part(PEER, url=True),
    "network.peer.address": Part(PEER, url=True, convert=_address),
    "http.user_agent": Part("user_agent", block=True),
    "user_agent.original": Part("user_agent", block=True),
    "http.status_code": Part("status", block=True, convert=integer),
    "http.response.status_code": Part("status", block=True, convert=integer),
    "http.url": Part("url", block=True, url=True),
    "url.full": Part("url", block=True, url=True),
    "http.scheme": Part("scheme", block=True),
    "url.scheme": Part("scheme", block=True),
    "http.host": Part("http.host", block=True, url=True),
    "http.server_name": Part("http.server_name", block=True, url=True),
    "http.target": Part("target", block=True),
    "url.path": Part("path", block=True),
    "url.query": Part("query", block=True),
    "net.host.name": Part("net.host.name", url=True),
    "net.host.port": Part("net.host.port", block=True, convert=_port),
    "host.name": Part("host.name", url=True),
    "server.address": Part("server.address", url=True),
    "server.port": Part("server.port", convert=_port),
    "net.peer.name": Part("net.peer.name", url=True),
    "net.peer.port": Part("net.peer.port", convert=_port),
}

_SERVER_HOSTS = ("http.server_name", "net.host.name", "host.name", "server.address")
_SERVER_PORTS = ("net.host.port", "server.port")
_CLIENT_HOSTS = ("net.peer.name", "net.peer.ip")
_CLIENT_PORTS = ("net.peer.port",)
_DEFAULT_PORTS: Mapping[str, str] = {"http": "80", "https": "443"}

MESSAGE_TYPE = "message.type"
MESSAGE_SIZE = "messaging.message_payload_size_bytes"
RECEIVED = "RECEIVED"


def section(span: SpanData, left: dict[str, Json]) -> dict[str, dict[str, Json]] | None:
    """Return the section, None when the span is no HTTP request; take every key that is read."""
    block = url = False
    parts: dict[str, Json] = {}
    for key in [key for key in left if key in PARTS]:
        part = PARTS[key]
        given = part.convert(left.pop(key))
        if given is not None:
            _collect(parts, key, part.name, given)
            block, url = block or part.block, url or part.url
    if not block:
        return None
    request = {member: parts.get(member) or None for member in ("method", "user_agent", CLIENT)}
    request["url"] = (_url(span.kind, parts) or None) if url else None
    request["x_forwarded_for"] = (PEER not in parts and bool(request[CLIENT])) or None
    response = {"status": parts.get("status"), "content_length": _content_length(span)}
    return {"request": present(request), "response": present(response)}


def _collect(parts: dict[str, Json], key: str, name: str, given: Json) -> None:
    """A peer's address is the client's as long as nothing has told that one."""
    parts[name] = given
    if name == PEER:
        parts[key] = given
        parts[CLIENT] = parts.get(CLIENT) or given


def _url(kind: Kind, parts: Mapping[str, Json]) -> str:
    if "url" in parts:
        return text(parts["url"])
    server = kind is Kind.SERVER
    hosts, ports = (_SERVER_HOSTS, _SERVER_PORTS) if server else (_CLIENT_HOSTS, _CLIENT_PORTS)
    scheme = text(parts.get("scheme", "http"))
    if "http.host" in parts:
        host, port = text(parts["http.host"]), ""
    else:
        host, port = first_text(hosts, parts), first_text(ports, parts)
    shown = "" if port in ("", _DEFAULT_PORTS.get(scheme)) else f":{port}"
    return f"{scheme}://{host}{shown}{_target(parts)}"


def _target(parts: Mapping[str, Json]) -> str:
    if "target" in parts:
        return text(parts["target"])
    path = text(parts.get("path", "/"))
    return f"{path}?{text(parts['query']).removeprefix('?')}" if "query" in parts else path


def _content_length(span: SpanData) -> int:
    """Return the size of what was received, as the span or its first event with one says."""
    sizes = (_received(attributes) for attributes in _attributes(span))
    return next((size for size in sizes if size), 0)


def _attributes(span: SpanData) -> Iterator[Attributes]:
    yield span.attributes
    for event in span.events:
        yield read(event.attributes)


def _received(attributes: Attributes) -> int:
    return integer(attributes.get(MESSAGE_SIZE)) if attributes.get(MESSAGE_TYPE) == RECEIVED else 0
