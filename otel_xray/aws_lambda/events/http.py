"""Requests over HTTP: API Gateway, load balancers, function URLs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from opentelemetry.util.types import AttributeValue

from otel_xray.aws_lambda.events.trigger import Event, Source, Trigger
from otel_xray.carriers import http
from otel_xray.carriers.values import at, items, mapping, text
from otel_xray.model import keys
from otel_xray.model.http_methods import METHODS, OTHER_METHOD

ROUTE = "http.route"
SCHEME = "url.scheme"
PATH = "url.path"
PROTOCOL_VERSION = "network.protocol.version"
PROTOCOL_NAME = "network.protocol.name"

Headers: TypeAlias = Mapping[str, str]


class Request(NamedTuple):
    """
    A request; what is not known is empty.

    Attributes:
        method: of HTTP.
        route: the template that the path belongs to.
        scheme: of the URL.
        host: that the client asked.
        path: without the query, which may hold secrets.
        client: address of who asks.
        agent: name of the client's program.
        protocol: name and version, ``HTTP/1.1``.
        forwarded: a proxy has told the client's address.
    """

    method: str = ""
    route: str = ""
    scheme: str = "https"
    host: str = ""
    path: str = ""
    client: str = ""
    agent: str = ""
    protocol: str = ""
    forwarded: bool = False

    @property
    def name(self) -> str | None:
        """The span's name; None where there is no route, since paths are without number."""
        known = self.method if self.method in METHODS else ""
        return f"{known} {self.route}".strip() if self.route else None

    @property
    def attributes(self) -> dict[str, AttributeValue]:
        """What X-Ray's section ``http`` is made from, and the conventions name beside that."""
        protocol, _, version = self.protocol.partition("/")
        url = f"{self.scheme}://{self.host}{self.path}" if self.host else ""
        method = self.method if self.method in METHODS else OTHER_METHOD
        found: dict[str, AttributeValue] = {
            keys.HTTP_METHOD: self.method and method,
            keys.URL: url,
            SCHEME: self.scheme,
            PATH: self.path,
            ROUTE: self.route,
            keys.SERVER_ADDRESS: self.host,
            keys.CLIENT_ADDRESS: self.client,
            keys.USER_AGENT: self.agent,
            PROTOCOL_VERSION: version,
            PROTOCOL_NAME: "" if protocol.upper() == "HTTP" else protocol,
            keys.X_FORWARDED_FOR: self.forwarded and bool(self.client),
        }
        return {key: value for key, value in found.items() if value}


def read(source: Source, event: Event) -> Trigger:
    """Describe a request that came by *source*."""
    headers = _headers(event)
    request = _SHAPES[source.name](event, headers)
    carried = http.read(headers)
    return Trigger(
        source.name, source.kind, request.name, request.attributes, carried.w3c, carried.xray
    )


def _headers(event: Event) -> Headers:
    """Return the headers under lower-case names, the first value of each."""
    found = mapping(event.get("headers")) or mapping(event.get("multiValueHeaders"))
    return {name.lower(): text(next(iter(items(value)), value)) for name, value in found.items()}


def _context(event: Event, *path: str) -> str:
    return text(at(event, "requestContext", *path))


def _rest(event: Event, headers: Headers) -> Request:
    """Payload of version 1.0: REST APIs, and HTTP APIs that ask for it."""
    return Request(
        method=text(event.get("httpMethod")).upper(),
        route=_context(event, "resourcePath") or text(event.get("resource")),
        scheme=headers.get("x-forwarded-proto") or "https",
        host=_context(event, "domainName") or headers.get("host", ""),
        path=_context(event, "path") or text(event.get("path")),
        client=_context(event, "identity", "sourceIp"),
        agent=_context(event, "identity", "userAgent") or headers.get("user-agent", ""),
        protocol=_context(event, "protocol"),
    )


def _http(event: Event, headers: Headers) -> Request:
    """Payload of version 2.0: HTTP APIs and function URLs."""
    return Request(
        method=_context(event, "http", "method").upper(),
        route=text(event.get("routeKey")).rpartition(" ")[2].partition("$default")[0],
        scheme=headers.get("x-forwarded-proto") or "https",
        host=_context(event, "domainName"),
        path=_context(event, "http", "path") or text(event.get("rawPath")),
        client=_context(event, "http", "sourceIp"),
        agent=_context(event, "http", "userAgent"),
        protocol=_context(event, "http", "protocol"),
    )


def _websocket(event: Event, headers: Headers) -> Request:
    """A frame, or the beginning or end of a connection: no method, and the route is a name."""
    stage = _context(event, "stage")
    return Request(
        route=_context(event, "routeKey"),
        scheme="wss",
        host=_context(event, "domainName"),
        path=f"/{stage}" if stage else "",
        client=_context(event, "identity", "sourceIp"),
        agent=_context(event, "identity", "userAgent") or headers.get("user-agent", ""),
        protocol="websocket",
    )


def _alb(event: Event, headers: Headers) -> Request:
    return Request(
        method=text(event.get("httpMethod")).upper(),
        scheme=headers.get("x-forwarded-proto") or "http",
        host=headers.get("host", ""),
        path=text(event.get("path")),
        client=headers.get("x-forwarded-for", "").partition(",")[0].strip(),
        agent=headers.get("user-agent", ""),
        forwarded=True,
    )


_SHAPES: Mapping[str, Callable[[Event, Headers], Request]] = {
    "alb": _alb,
    "api_gateway_http": _http,
    "api_gateway_rest": _rest,
    "function_url": _http,
    "websocket": _websocket,
}
