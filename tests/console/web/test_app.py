from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, NoReturn

import pytest
from starlette.types import ASGIApp, Message

from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.console.web.app import create_app
from tests.console.web.asgi import ask


def test_the_page_and_its_assets_are_served(app: ASGIApp) -> None:
    """The page is never cached, an asset whose name says its content forever."""
    page = ask(app, "/")
    assert (200, b"<title>console</title>") == (page.status, page.body)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-store"
    asset = ask(app, "/assets/index-1.js")
    assert (200, b"1") == (asset.status, asset.body)
    assert "immutable" in asset.headers["cache-control"]
    assert "javascript" in asset.headers["content-type"]


@pytest.mark.parametrize(
    "path", ["../secret", "..%2fsecret", "", "missing.js", "a\0b", "x" * 5000, "/etc/passwd"]
)
def test_nothing_outside_the_assets_is_served(app: ASGIApp, path: str) -> None:
    """No spelling of a path leaves the folder."""
    assert ask(app, f"/assets/{path}").status == 404


def test_every_answer_has_safe_headers(app: ASGIApp) -> None:
    """Also errors forbid foreign scripts, sniffing, caching and framing."""
    for url in ("/", "/assets/index-1.js", "/api/traces", "/nowhere"):
        headers = ask(app, url).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


def test_without_a_built_page_the_rest_works(store: SqliteStore, tmp_path: Path) -> None:
    """One line says how to build it; the API answers, with nothing more to tell."""
    app = create_app(store, static=tmp_path / "missing")
    page = ask(app, "/")
    assert page.status == 503
    assert "is not built; run `pip install .`" in page.json["message"]
    assert "database" not in ask(app, "/api/status").json


def test_a_failure_of_ours_is_answered_too(store: SqliteStore) -> None:
    """A bug gives 500 with a message, and the server's log gets the traceback."""

    def broken() -> NoReturn:
        raise ZeroDivisionError

    answers: list[Message] = []
    app = create_app(store, status=broken)

    async def send(message: Message) -> None:
        answers.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/api/status",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }

    async def receive() -> Message:
        return {"type": "http.request"}

    async def call() -> None:
        await app(scope, receive, send)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(call())
    assert answers[0]["status"] == 500
    assert b"ZeroDivisionError" in answers[1]["body"]
