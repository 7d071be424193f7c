from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from otel_xray.console.web.answers import json_answer
from otel_xray.console.web.security import COOKIE, Access, Guard
from tests.console.web.asgi import ask

TOKEN = "s3cret"  # a test's


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer everything that is let through."""
    await json_answer({"type": scope["type"]})(scope, receive, send)


LOOPBACK: ASGIApp = Guard(inner, Access())
OPEN: ASGIApp = Guard(inner, Access(token=TOKEN))


@pytest.mark.parametrize(
    "host", ["127.0.0.1:2000", "localhost:4318", "LOCALHOST", "[::1]:2000", "[::1]", "127.0.0.1"]
)
def test_loopback_names_are_answered(host: str) -> None:
    """Any port is ours: the same application listens on two."""
    assert ask(LOOPBACK, "/", headers={"host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:2000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@localhost",
        "localhost@evil.example",
        "localhost/evil",
        "localhost:port",
        "localhost:99999",
        "localhost.",
        "[::1",
        "0.0.0.0:2000",
        "169.254.169.254",
        "",
    ],
)
def test_other_names_for_this_machine_are_refused(host: str) -> None:
    """A page that was rebound to 127.0.0.1 still sends its own name."""
    answer = ask(LOOPBACK, "/", headers={"host": host})
    assert answer.status == 403
    assert f"The Host {host!r} is not this console's" in answer.json["message"]


@given(st.text(st.characters(max_codepoint=127), max_size=30))
@settings(deadline=None)
def test_no_host_breaks_it(host: str) -> None:
    """Any Host is answered or refused."""
    assert ask(LOOPBACK, "/", headers={"host": host}).status in {200, 403}


@pytest.mark.parametrize(
    ("method", "origin", "status"),
    [
        ("POST", "http://127.0.0.1:2000", 200),
        ("POST", "https://127.0.0.1:2000", 200),
        ("POST", "http://localhost:3000", 403),
        ("POST", "https://evil.example", 403),
        ("DELETE", "null", 403),
        ("GET", "https://evil.example", 200),
    ],
)
def test_requests_that_change_something_come_from_our_own_page(
    method: str, origin: str, status: int
) -> None:
    """Another origin may not send spans; what it reads, the browser keeps from it."""
    assert status == ask(LOOPBACK, "/", method=method, headers={"origin": origin}).status


@pytest.mark.parametrize(
    ("url", "headers", "status"),
    [
        ("/", {}, 401),
        ("/", {"authorization": f"Bearer {TOKEN}"}, 200),
        ("/", {"authorization": f"bearer  {TOKEN} "}, 200),
        ("/", {"authorization": f"Basic {TOKEN}"}, 401),
        ("/", {"authorization": "Bearer wrong"}, 401),
        ("/", {"authorization": "Bearer "}, 401),
        (f"/?token={TOKEN}", {}, 200),
        ("/?token=", {}, 401),
        ("/?token=%ff", {}, 401),
        ("/", {"cookie": f"a=b; {COOKIE}={TOKEN}"}, 200),
        ("/", {"cookie": f"{COOKIE}=wrong"}, 401),
        ("/", {"cookie": "[]=;;="}, 401),
        ("/", {"authorization": f"Bearer {TOKEN}", "host": "machine.example:2000"}, 200),
    ],
)
def test_beyond_loopback_every_request_carries_the_token(
    url: str, headers: dict[str, str], status: int
) -> None:
    """Header, address or cookie; with it any name of the machine is fine."""
    for method in ("GET", "POST"):
        answer = ask(OPEN, url, method=method, headers=headers)
        assert status == answer.status
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "token" in answer.json["message"]


def test_the_address_with_the_token_leaves_a_cookie() -> None:
    """The page needs the token once; scripts and other sites do not get at the cookie."""
    cookie = ask(OPEN, f"/?token={TOKEN}").headers["set-cookie"]
    assert cookie == f"{COOKIE}={TOKEN}; Path=/; HttpOnly; SameSite=Strict"
    assert "set-cookie" not in ask(OPEN, "/?token=wrong").headers
    assert "set-cookie" not in ask(LOOPBACK, f"/?token={TOKEN}").headers


def test_the_token_does_not_help_another_origin() -> None:
    """Origin is checked with a token, too."""
    headers = {"authorization": f"Bearer {TOKEN}", "origin": "https://evil.example"}
    assert ask(OPEN, "/", method="POST", headers=headers).status == 403


def test_only_http_is_guarded() -> None:
    """What a server tells an application about its own life carries no token."""
    seen: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    async def call() -> None:
        await Guard(note, Access(token=TOKEN))({"type": "lifespan"}, receive, send)

    asyncio.run(call())
    assert ["lifespan"] == seen


def test_the_token_is_not_shown() -> None:
    """No log line with the settings tells it."""
    assert TOKEN not in repr(Access(token=TOKEN))
