from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otel_xray.cli.console_client import ConsoleClient
from otel_xray.errors import ConfigurationError

pytestmark = pytest.mark.slow


@contextmanager
def answering(status: int, body: bytes, seen: Callable[[str, str], None]) -> Generator[str]:
    """Serve one answer to everything; *seen* gets each path and its Authorization."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_question_is_a_get(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parameters are escaped, the token is a header, and no proxy is asked."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    seen: list[tuple[str, str]] = []
    with answering(200, b'{"a": 1}', lambda *one: seen.append(one)) as url:
        client = ConsoleClient.at(f"{url}?token=secret")
        assert {"a": 1} == client.ask("/api/story", [("pair", "a=b c"), ("limit", 3)])

    assert [("/api/story?pair=a%3Db+c&limit=3", "Bearer secret")] == seen
    assert "secret" not in f"{client} {client.url}"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b"<html>", "is no otel-xray console"),
        (200, b"[]", "is no otel-xray console"),
        (200, b"\xff", "is no otel-xray console"),
        (404, b"{}", "does not tell: status 404"),
        (400, json.dumps({"message": "say please"}).encode(), "does not tell: say please"),
    ],
)
def test_what_is_no_answer_says_why(status: int, body: bytes, reason: str) -> None:
    """Another server, an older console and a refusal are told apart."""
    with (
        answering(status, body, lambda *_: None) as url,
        pytest.raises(ConfigurationError, match=reason),
    ):
        ConsoleClient.at(url).ask("/api/story", [])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:2000",
        "ftp://127.0.0.1/",
        "http://",
        "http://[/",
        "http://h:0/",
        "http://h/\n",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """The message quotes it and shows one that is."""
    with pytest.raises(ConfigurationError, match="write one as"):
        ConsoleClient.at(url)
