"""
What a web request says about itself, and what of it goes on its segment.

One mapping for all web frameworks. Pure: a middleware describes the request and the response here,
and `otel_xray.compat.web_segment` puts the result on the segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Members: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """
    Who has sent a request.

    Attributes:
        ip: an address, or what a proxy wrote down instead of one.
        forwarded: a proxy, or whoever claims to be one, has said so.
    """

    ip: str | None
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class WebRequest:
    """
    A request, as a middleware sees it.

    Attributes:
        method: of HTTP.
        url: whole, as far as the X-Ray SDK records it for this framework.
        path: what sampling rules are compared with.
        host: with its port, what sampling rules are compared with; None if the client named none.
        name: of the host, what dynamic naming is given.
        client: who has sent it.
        user_agent: with which program.
    """

    method: str | None
    url: str | None
    path: str
    host: str | None
    name: str | None
    client: Client
    user_agent: str | None = None

    def question(self, service: Any) -> Members:
        """Return what sampling rules look at, for a request to *service*."""
        return {"host": self.host, "method": self.method, "path": self.path, "service": service}

    def members(self) -> Members:
        """Return the members of the http block's request, without those that are not known."""
        return _known(
            url=self.url,
            method=self.method,
            user_agent=self.user_agent,
            client_ip=self.client.ip,
            x_forwarded_for=self.client.forwarded or None,
        )


@dataclass(frozen=True, slots=True)
class WebResponse:
    """
    A response, as a middleware sees it.

    Attributes:
        status: of HTTP.
        content_length: the header's text; None if there is no such header.
    """

    status: Any
    content_length: str | None = None

    def members(self) -> Members:
        """Return the members of the http block's response, without those that are not known."""
        return _known(status=self.status, content_length=_number(self.content_length))


def _known(**members: Any) -> Members:
    return {key: value for key, value in members.items() if value is not None}


def _number(text: str | None) -> int | None:
    """Read a header; whether an application has set a number there is its own affair."""
    try:
        return int(text) if text else None
    except ValueError:
        return None
