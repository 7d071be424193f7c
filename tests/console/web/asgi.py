"""A client for an ASGI application without sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Scope

HOST = "127.0.0.1:2000"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


def ask(
    app: ASGIApp,
    url: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: Iterable[bytes] = (),
) -> Answer:
    """Send one request and return the answer; *body* comes in pieces."""
    parts = urlsplit(url)
    merged = {"host": HOST, **(headers or {})}
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(key.lower().encode(), value.encode()) for key, value in merged.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2000),
    }
    pieces: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in body
    ]
    pieces.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Message] = []

    async def receive() -> Message:
        if not pieces:
            await asyncio.Event().wait()  # a client that stays connected
        return pieces.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def call() -> None:
        await app(scope, receive, send)

    asyncio.run(call())
    return Answer(
        sent[0]["status"],
        {key.decode(): value.decode() for key, value in sent[0]["headers"]},
        b"".join(message.get("body", b"") for message in sent[1:]),
    )


def post(app: ASGIApp, body: bytes, **headers: str) -> Answer:
    """Send an OTLP request; a header's name is written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(app, "/v1/traces", method="POST", headers=named, body=[body[:10], body[10:]])
