"""
How a URL is reached: directly or through a proxy, and whom to believe on the way.

`http.client` on purpose: the client libraries cost a cold start more than all the rest of tracing
does (see ``docs/rationale.md``).
"""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from otel_xray.setting_values import Tls

HTTPS = "https"
_DEFAULT_PORTS = {"http": 80, HTTPS: 443}


class Route:
    """
    The way to one URL.

    Attributes:
        shown: the URL for people, without what may be a secret.
        target: what a request asks for.
        headers: that each request needs on this way.
    """

    def __init__(self, url: str, tls: Tls, proxy: str = "") -> None:
        """
        Prepare; nothing is opened yet.

        Args:
            url: ``http`` or ``https``; a user and password in it become a header.
            tls: certificates, where the system's own are not those to use.
            proxy: URL of an HTTP proxy; empty for none.
        """
        parts, self._proxy = urlsplit(url), urlsplit(proxy)
        self._parts, self._tls = parts, tls
        self._context: ssl.SSLContext | None = None
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        plain = parts._replace(netloc=parts.netloc.rpartition("@")[2])
        self.shown = urlunsplit(plain._replace(query="", fragment=""))
        self.headers = dict(_credentials("Authorization", parts))
        self.target = path
        if proxy and parts.scheme != HTTPS:  # the proxy itself reads the request
            self.target = urlunsplit(plain._replace(path=parts.path or "/", fragment=""))
            self.headers.update(_credentials("Proxy-Authorization", self._proxy))

    def open(self, timeout: float) -> HTTPConnection:
        """Return a connection, which is established by its first request."""
        host, port = self._parts.hostname or "", self._parts.port
        via = self._proxy.hostname
        first = (via, self._proxy.port or _DEFAULT_PORTS["http"]) if via else (host, port)
        if self._parts.scheme != HTTPS:
            return HTTPConnection(*first, timeout=timeout)
        connection = HTTPSConnection(*first, timeout=timeout, context=self._trust())
        if via:
            headers = _credentials("Proxy-Authorization", self._proxy)
            connection.set_tunnel(host, port or _DEFAULT_PORTS[HTTPS], dict(headers))
        return connection

    def _trust(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = ssl.create_default_context(cafile=self._tls.certificate or None)
            if self._tls.client_certificate:
                self._context.load_cert_chain(
                    self._tls.client_certificate, self._tls.client_key or None
                )
        return self._context


def _credentials(header: str, parts: SplitResult) -> Mapping[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {header: f"Basic {b64encode(pair.encode()).decode()}"}
