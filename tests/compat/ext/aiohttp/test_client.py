"""HTTP calls through aiohttp's client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any, TypeAlias

import aiohttp
import pytest

from otel_xray.testing import Recording
from tests.compat.core.loading import core
from tests.compat.ext import calling
from tests.instrument.servers import Answer, Server

Work: TypeAlias = Callable[[aiohttp.ClientSession], Coroutine[Any, Any, Any]]


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder of the alias."""
    return calling.recorder()


def run(recorder: Any, work: Work, name: str | None = None) -> Any:
    """Do *work* with a session of the client, in a segment."""

    async def main() -> Any:
        config = calling.ext("aiohttp.client").aws_xray_trace_config(name)
        session = aiohttp.ClientSession(trace_configs=[config])
        async with recorder.in_segment_async("shop"), session:
            return await work(session)

    return asyncio.run(main())


def get(url: str) -> Work:
    """Return what makes a call."""

    async def work(session: aiohttp.ClientSession) -> int:
        async with session.get(url) as response:
            return response.status

    return work


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        (200, {}),
        (404, {"error": True}),
        (429, {"error": True, "throttle": True}),
        (503, {"fault": True}),
    ],
)
def test_a_call_is_a_subsegment(
    recorder: Any, recorded: Recording, server: Server, status: int, flags: Any
) -> None:
    """It is named after the host, says what was asked without the query, and names itself."""
    server.answers.append(Answer(status))
    assert status == run(recorder, get(f"{server.url}/path?secret=1"))

    (subsegment,) = calling.subsegments(recorded)
    assert calling.told(subsegment) == {
        "name": "127.0.0.1",
        "namespace": "remote",
        "http": {
            "request": {"method": "GET", "url": f"{server.url}/path"},
            "response": {"status": status},
        },
        **flags,
    }
    assert [calling.header(subsegment)] == server.trace_headers()


def test_calls_can_be_named(recorder: Any, recorded: Recording, server: Server) -> None:
    """The name is that of all calls of the session."""
    run(recorder, get(server.url), "payment")
    assert ["payment"] == [one["name"] for one in calling.subsegments(recorded)]


def test_who_cannot_be_reached_is_local(recorder: Any, recorded: Recording) -> None:
    """A failure before anybody remote has heard of the call is no failure of the remote side."""
    with pytest.raises(aiohttp.ClientConnectorError):
        run(recorder, get("http://127.0.0.1:9"))

    (subsegment,) = calling.subsegments(recorded)
    assert "namespace" not in subsegment or subsegment["namespace"] == "local"
    assert "ClientConnectorError" == calling.told(subsegment)["cause"][0][0]


def test_another_failure_is_remote(recorder: Any, recorded: Recording, server: Server) -> None:
    """Redirects without end come from there."""
    server.answers.extend([Answer(302, {"Location": "/"})] * 3)

    async def work(session: aiohttp.ClientSession) -> None:
        await session.get(server.url, max_redirects=2)

    with pytest.raises(aiohttp.TooManyRedirects):
        run(recorder, work)

    (subsegment,) = calling.subsegments(recorded)
    assert "remote" == subsegment["namespace"]
    assert subsegment["fault"] is True


def test_concurrent_calls_stand_side_by_side(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """Each ends its own subsegment, and each is a child of the segment."""

    async def work(session: aiohttp.ClientSession) -> None:
        await asyncio.gather(*(get(f"{server.url}/{index}")(session) for index in range(5)))

    run(recorder, work)

    (segment,) = [one for one in recorded.documents() if "type" not in one]
    found = calling.subsegments(recorded)
    assert [segment["id"]] * 5 == [one["parent_id"] for one in found]
    sent = {request.path: request.all("X-Amzn-Trace-Id") for request in server.requests}
    for one in found:
        path = one["http"]["request"]["url"].removeprefix(server.url)
        assert [calling.header(one)] == sent[path]


def test_the_async_context_is_one_too(recorder: Any, recorded: Recording, server: Server) -> None:
    """With the context for coroutines everything is the same."""

    async def main() -> None:
        recorder.configure(context=import_module("aws_xray_sdk.core.async_context").AsyncContext())
        config = calling.ext("aiohttp.client").aws_xray_trace_config()
        session = aiohttp.ClientSession(trace_configs=[config])
        async with recorder.in_segment_async("shop"), session:
            await asyncio.gather(*(get(server.url)(session) for _ in range(3)))

    asyncio.run(main())
    assert 3 == len(calling.subsegments(recorded))


def test_without_a_segment_the_call_is_made(recorder: Any, server: Server) -> None:
    """Nothing is sent with it; with RUNTIME_ERROR it is not made, by contract."""

    async def main(url: str) -> int:
        config = calling.ext("aiohttp.client").aws_xray_trace_config()
        async with aiohttp.ClientSession(trace_configs=[config]) as session:
            return int(await get(url)(session))

    assert 200 == asyncio.run(main(server.url))
    with pytest.raises(aiohttp.ClientConnectorError):
        asyncio.run(main("http://127.0.0.1:9"))
    assert [] == server.trace_headers()

    recorder.configure(context_missing="RUNTIME_ERROR")
    with pytest.raises(core("exceptions.exceptions").SegmentNotFoundException):
        asyncio.run(main(server.url))
    assert 1 == len(server.requests)
