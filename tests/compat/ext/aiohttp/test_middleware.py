"""The middleware of aiohttp."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, TypeAlias
from unittest import mock

import pytest
from aiohttp import ServerDisconnectedError, web
from aiohttp.test_utils import TestClient, TestServer

from otel_xray.testing import Recording
from tests.compat.ext.web_contract import Answer, WebContract, documents, fresh

Client: TypeAlias = TestClient[web.Request, web.Application]


class Shop:
    """The application, asked over a connection."""

    def __init__(self, create: Any) -> None:
        self.create = create

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET request."""
        return asyncio.run(_ask(self.create(), path, headers))

    def ask_together(self, questions: Sequence[tuple[str, Mapping[str, str]]]) -> list[Answer]:
        """Return the answers to requests that the server gets at the same time."""
        return asyncio.run(_ask_together(self.create(), questions))


async def _ask_together(
    app: web.Application, questions: Sequence[tuple[str, Mapping[str, str]]]
) -> list[Answer]:
    async with TestClient(TestServer(app)) as client:
        return await asyncio.gather(*(_answer(client, *question) for question in questions))


async def _ask(app: web.Application, path: str, headers: Mapping[str, str] | None) -> Answer:
    async with TestClient(TestServer(app)) as client:
        return await _answer(client, path, headers)


async def _answer(client: Client, path: str, headers: Mapping[str, str] | None) -> Answer:
    async with client.get(path, headers=headers, allow_redirects=False) as response:
        return Answer(response.status, await response.text(), dict(response.headers))


class TestAiohttp(WebContract):
    """A request to aiohttp's server."""

    middleware = "aws_xray_sdk.ext.aiohttp.middleware"
    host = "127.0.0.1"

    @pytest.fixture
    def site(self, recorder: Any) -> Shop:
        """Return the application."""
        return Shop(fresh("tests.compat.ext.aiohttp.application").create)

    @pytest.mark.parametrize("host", [None, b"", b"a:x", b"[::1", b"a b", b"\xff"], ids=str)
    def test_the_host_may_be_anything(
        self, site: Shop, recorded: Recording, host: bytes | None
    ) -> None:
        """Difference: under the X-Ray SDK requests without one, or with an odd one, fail."""
        line = b"" if host is None else b"Host: " + host + b"\r\n"
        said = asyncio.run(_say(site.create(), b"GET /ok HTTP/1.0\r\n" + line + b"\r\n"))

        assert said.startswith(b"HTTP/1.0 200 OK")
        (document,) = documents(recorded)
        assert document["http"]["request"]["url"].endswith("/ok")

    def test_a_request_that_is_cancelled_is_recorded(self, site: Shop, recorded: Recording) -> None:
        """It is a fault, whoever has cancelled it."""
        with pytest.raises(ServerDisconnectedError):
            site.ask("/cancelled")
        (document,) = documents(recorded)
        assert "CancelledError" == document["cause"]["exceptions"][0]["type"]
        assert 500 == document["http"]["response"]["status"]

    def test_requests_of_one_connection_keep_apart(self, site: Shop, recorded: Recording) -> None:
        """They are served by one task, one after the other."""

        async def ask() -> None:
            async with TestClient(TestServer(site.create())) as client:
                for _ in range(2):
                    await _answer(client, "/nested", None)

        asyncio.run(ask())
        first, one, second, other = documents(recorded)
        assert (one["id"], other["id"]) == (first["parent_id"], second["parent_id"])
        assert one["trace_id"] != other["trace_id"]
        assert "parent_id" not in other

    def test_a_handler_that_answers_nothing_is_aiohttps_affair(
        self, site: Shop, recorded: Recording
    ) -> None:
        """The segment has no response then."""

        async def forgets(_request: web.Request) -> None:
            return None

        async def ask() -> Answer:
            app = site.create()
            app.router.add_get("/forgets", forgets)
            async with TestClient(TestServer(app)) as client:
                return await _answer(client, "/forgets", None)

        assert 500 == asyncio.run(ask()).status
        (document,) = documents(recorded)
        assert "response" not in document["http"]

    def test_the_recorder_can_be_replaced(self, site: Shop, recorded: Recording) -> None:
        """An application's test gives the middleware's module another one."""
        another = import_module("aws_xray_sdk.core").AWSXRayRecorder()
        another.configure(sampling=False, service="another")
        with mock.patch(f"{self.middleware}.xray_recorder", another):
            site.ask("/ok")
        (document,) = documents(recorded)
        assert "another" == document["name"]


async def _say(app: web.Application, request: bytes) -> bytes:
    async with TestServer(app) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer
