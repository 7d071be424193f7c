"""
The ``http`` section.

Developer guide, "X-Ray segment documents", HTTP request data. Old and stable conventions are read.
Unlike the collector's exporter, a client's URL is built from ``server.address``, a server's peer is
never taken for the client of a client span, and attributes stay metadata when no section results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from otel_xray.model import keys
from otel_xray.model.document import Json
from otel_xray.model.span import Kind
from otel_xray.segments.field import Field, Left, first, flag, integer, table, take, text, write

REQUEST = (
    Field("method", (keys.HTTP_METHOD, "http.method")),
    Field("url", (keys.URL, "http.url")),
    Field("user_agent", (keys.USER_AGENT, "http.user_agent")),
    Field("traced", ("aws.xray.http.traced",), flag),
)
RESPONSE = (
    Field("status", (keys.HTTP_STATUS, "http.status_code"), integer),
    Field("content_length", (keys.HTTP_RESPONSE_SIZE, "http.response_content_length"), integer),
)

_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%\w+)?", re.ASCII)


def _address(value: Json) -> str | None:
    """Return *value* if it has the shape of an IP address; a name or a socket path has not."""
    return value if isinstance(value, str) and _ADDRESS.fullmatch(value) else None


CLIENT = Field("client_ip", (keys.CLIENT_ADDRESS,), _address)
OLD_CLIENT = Field("client_ip", ("http.client_ip",))
PEER = Field("client_ip", ("network.peer.address", "net.peer.ip"), _address)
FORWARDED = Field("x_forwarded_for", (keys.X_FORWARDED_FOR,), flag)

# The section as it is read from a document.
MEMBERS = {"request": table(*REQUEST, CLIENT, FORWARDED), "response": table(*RESPONSE)}

_OPENERS = frozenset(
    (
        *(key for field in (*REQUEST, *RESPONSE, OLD_CLIENT, FORWARDED) for key in field.keys),
        *("http.scheme", "url.scheme", "http.host", "http.server_name", "http.target", "url.path"),
        "url.query",
        keys.CLIENT_ADDRESS,
    )
)
_CLIENT_KEYS = frozenset(
    key for field in (CLIENT, OLD_CLIENT, PEER, FORWARDED) for key in field.keys
)
_SCHEME = ("http.scheme", "url.scheme")
_SERVER_HOSTS = ("http.server_name", "net.host.name", "host.name", keys.SERVER_ADDRESS)
_CLIENT_HOSTS = ("net.peer.name", keys.SERVER_ADDRESS, "net.peer.ip", "network.peer.address")
_SERVER_PORTS = ("net.host.port", keys.SERVER_PORT)
_CLIENT_PORTS = ("net.peer.port", keys.SERVER_PORT)
_DEFAULT_PORTS: Mapping[str, str] = {"http": ":80", "https": ":443"}
_URL_PARTS = (*_SCHEME, "http.host", "http.target", "url.path", "url.query")
_PARTS_OF_URL = frozenset(_URL_PARTS)
_SERVERS = frozenset({Kind.SERVER, Kind.CONSUMER})


def section(kind: Kind, left: Left) -> dict[str, dict[str, Json]] | None:
    """Return the section, None when the span is no HTTP request; take what it says."""
    if _OPENERS.isdisjoint(left):
        return None
    request = write(REQUEST, left)
    server = kind in _SERVERS
    _add_url(request, left, server=server)
    if not _CLIENT_KEYS.isdisjoint(left):
        _add_client(request, left, server=server)
    response = write(RESPONSE, left)
    if not (request or response):
        return None
    found: dict[str, dict[str, Json]] = {}
    if request:
        found["request"] = request
    if response:
        found["response"] = response
    return found


def _add_url(request: dict[str, Json], left: Left, *, server: bool) -> None:
    hosts, ports = (_SERVER_HOSTS, _SERVER_PORTS) if server else (_CLIENT_HOSTS, _CLIENT_PORTS)
    url = request.get("url") or _compose(left, hosts, ports)
    if not url:
        return
    request["url"] = url
    # The last two hosts are addresses, or the machine's name: they say more than the URL does.
    for key in (*_URL_PARTS, *hosts[:-2], keys.SERVER_ADDRESS, *ports):
        left.pop(key, None)


def _compose(left: Left, hosts: tuple[str, ...], ports: tuple[str, ...]) -> str | None:
    """Return the URL from its parts; None when nothing but a host is known, which names no URL."""
    if _PARTS_OF_URL.isdisjoint(left):
        return None
    target = _target(left)
    host = first(("http.host",), left) or _host_and_port(left, hosts, ports)
    if host is None:
        return target
    scheme = first(_SCHEME, left) or ("https" if host.endswith(":443") else "http")
    return f"{scheme}://{host.removesuffix(_DEFAULT_PORTS.get(scheme, ':'))}{target or '/'}"


def _host_and_port(left: Left, hosts: tuple[str, ...], ports: tuple[str, ...]) -> str | None:
    host = first(hosts, left)
    if host is None:
        return None
    port = next((left[key] for key in ports if text(left.get(key))), None)
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return bracketed if port is None else f"{bracketed}:{port}"


def _target(left: Left) -> str | None:
    target = first(("http.target",), left)
    if target is not None:
        return target
    path = first(("url.path",), left)
    query = first(("url.query",), left)
    if path is None and query is None:
        return None
    return f"{path or '/'}?{query.removeprefix('?')}" if query else path


def _add_client(request: dict[str, Json], left: Left, *, server: bool) -> None:
    """
    Add the client's address, and whether a proxy reported it.

    ``http.client_ip`` was defined as the client behind all proxies, so without a peer address
    it was forwarded; ``client.address`` was when it differs from the peer's.
    """
    old = take(OLD_CLIENT, left)
    client = take(CLIENT, left) or old
    peer = _peer(left) if server else None
    if client is None and peer is not None:
        client = take(PEER, left)
    if client is not None:
        request["client_ip"] = client
    forwarded = take(FORWARDED, left)
    if forwarded is None:
        forwarded = client is not None and (client != peer if peer else old is not None)
        request.update({"x_forwarded_for": True} if forwarded else {})
    else:
        request["x_forwarded_for"] = forwarded


def _peer(attributes: Mapping[str, Json]) -> str | None:
    return next(filter(None, (_address(attributes.get(key)) for key in PEER.keys)), None)
