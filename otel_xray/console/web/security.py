"""
Who may ask.

A console on loopback trusts the machine's users and nobody's web pages: a page from elsewhere can
make a browser send requests here, under another name for 127.0.0.1 (DNS rebinding) or across
origins. So only loopback names are answered, and requests that change something must not come
from another origin. A console on any other address wants a token with every request.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from otel_xray.console.web.answers import refusal

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
COOKIE = "otel_xray_token"

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Access:
    """
    Who is let in.

    Attributes:
        names: host names that a request may use for us; any when a token is asked for.
        token: what every request must carry; None on loopback.
    """

    names: frozenset[str] = LOOPBACK_NAMES
    token: str | None = field(default=None, repr=False)


class Guard:
    """ASGI middleware that refuses strangers, and puts safe headers on every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 401 or 403."""
        if scope["type"] != "http":  # lifespan; there is no WebSocket route to guard
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = QueryParams(scope["query_string"]).get("token")
        cookie = self._cookie(token)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    answer.setdefault(name, value)
                if cookie:
                    answer.append("Set-Cookie", cookie)
            await send(message)

        refused = self._refuse(scope["method"], headers, token)
        await (refused or self._app)(scope, receive, send_safely)

    def _refuse(self, method: str, headers: Headers, token: str | None) -> Response | None:
        host = headers.get("host", "")
        if self._access.token is None:
            if _host_name(host) not in self._access.names:
                names = ", ".join(sorted(self._access.names))
                return refusal(403, f"The Host {host!r:.200} is not this console's; use {names}.")
        elif not any(map(self._is_token, _offered(headers, token))):
            msg = (
                "This console wants its token: open the address that it printed when it started, "
                "or send Authorization: Bearer <token>."
            )
            return refusal(401, msg, {"WWW-Authenticate": "Bearer"})
        origin = headers.get("origin")
        if method not in _SAFE_METHODS and origin is not None and not _is_ours(origin, host):
            msg = f"The Origin {origin!r:.200} may not send anything here; it is another site."
            return refusal(403, msg)
        return None

    def _is_token(self, text: str) -> bool:
        """Compare in a time that does not depend on how much is right."""
        return hmac.compare_digest(text.encode(), (self._access.token or "").encode())

    def _cookie(self, token: str | None) -> str | None:
        """Return the cookie that spares the page the token in its address."""
        if token is None or self._access.token is None or not self._is_token(token):
            return None
        return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"


def _host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets; empty when it is none."""
    try:
        parts = urlsplit(f"//{host}")
        whole = parts.netloc == host and "@" not in host and parts.port != 0
    except ValueError:
        return ""
    return parts.hostname or "" if whole else ""


def _is_ours(origin: str, host: str) -> bool:
    return origin.lower() in {f"http://{host}".lower(), f"https://{host}".lower()}


def _offered(headers: Headers, token: str | None) -> list[str]:
    """Return every token that a request carries."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    found = [bearer.strip()] if scheme.lower() == "bearer" else []
    if token is not None:
        found.append(token)
    cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE)
    return found if cookie is None else [*found, cookie]
