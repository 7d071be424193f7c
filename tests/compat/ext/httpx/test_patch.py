"""HTTP calls through httpx."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from otel_xray import compat
from otel_xray.testing import Recording
from tests.compat.ext import calling
from tests.instrument.servers import Answer, Server


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder of the alias, with httpx patched."""
    calling.patch("httpx")
    return calling.recorder()


async def get(url: str) -> httpx.Response:
    """Make a call with an asynchronous client."""
    async with httpx.AsyncClient() as client:
        return await client.get(url)


@pytest.mark.parametrize("call", [httpx.get, lambda url: asyncio.run(get(url))])
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
    recorder: Any, recorded: Recording, server: Server, call: Any, status: int, flags: Any
) -> None:
    """It is named after the host, says what was asked without the query, and names itself."""
    server.answers.append(Answer(status))
    with recorder.in_segment("shop"):
        assert status == call(f"{server.url}/path?secret=1").status_code

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


@pytest.mark.parametrize("call", [httpx.get, lambda url: asyncio.run(get(url))])
def test_a_failure_is_its_cause(recorder: Any, recorded: Recording, call: Any) -> None:
    """The application gets the exception as ever."""
    with recorder.in_segment("shop"), pytest.raises(httpx.ConnectError):
        call("http://127.0.0.1:9")

    (subsegment,) = calling.subsegments(recorded)
    assert "ConnectError" == calling.told(subsegment)["cause"][0][0]
    assert subsegment["fault"] is True


def test_concurrent_calls_stand_side_by_side(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """Each of them is a child of the segment, whichever ends first."""

    async def both() -> None:
        async with recorder.in_segment_async("shop"), httpx.AsyncClient() as client:
            await asyncio.gather(*(client.get(server.url) for _ in range(5)))

    asyncio.run(both())

    (segment,) = [one for one in recorded.documents() if "type" not in one]
    assert [segment["id"]] * 5 == [one["parent_id"] for one in calling.subsegments(recorded)]
    assert sorted(map(calling.header, calling.subsegments(recorded))) == sorted(
        server.trace_headers()
    )


def test_the_classes_stay_what_they_are(recorded: Recording) -> None:
    """
    A client that is older than the patch is an instance of ``httpx.Client`` still.

    Difference: the original puts classes of its own in their place, for which it is none.
    """
    before = httpx.Client, httpx.AsyncClient
    client = httpx.Client()
    calling.patch("httpx")

    assert before == (httpx.Client, httpx.AsyncClient)
    assert isinstance(client, httpx.Client)
    client.close()


class Transport(httpx.MockTransport):
    """Knows whether it was closed."""

    closed = 0

    def close(self) -> None:
        """Note it."""
        self.closed += 1

    async def aclose(self) -> None:
        """Note it."""
        self.closed += 1


def answer(request: httpx.Request) -> httpx.Response:
    """Answer with the tracing header."""
    return httpx.Response(200, text=request.headers.get("X-Amzn-Trace-Id", ""))


def test_closing_a_client_closes_its_transport(recorder: Any) -> None:
    """Difference: in the original the connections of a client are never closed."""
    transports = [Transport(answer) for _ in range(4)]
    with httpx.Client(transport=transports[0]):
        pass
    httpx.Client(transport=transports[1]).close()

    async def work() -> None:
        async with httpx.AsyncClient(transport=transports[2]):
            pass
        await httpx.AsyncClient(transport=transports[3]).aclose()

    asyncio.run(work())
    assert [1] * 4 == [transport.closed for transport in transports]


def test_mounted_transports_are_recorded_too(recorder: Any, recorded: Recording) -> None:
    """Difference: the original does not see calls that go through a proxy or another mount."""
    mounts = {"http://example.com": httpx.MockTransport(answer), "all://local": None}
    with recorder.in_segment("shop"), httpx.Client(mounts=mounts) as client:
        found = client.get("http://example.com/x").text

    (subsegment,) = calling.subsegments(recorded)
    assert "example.com" == subsegment["name"]
    assert calling.header(subsegment) == found


def test_patching_twice_is_patching_once(recorder: Any, recorded: Recording) -> None:
    """A client has one transport of ours."""
    calling.ext("httpx").patch()
    transport = httpx.MockTransport(answer)
    with recorder.in_segment("shop"), httpx.Client(transport=transport) as client:
        client.get("http://example.com/x")

    assert 1 == len(calling.subsegments(recorded))


def test_the_patch_ends_with_the_alias(recorder: Any, recorded: Recording) -> None:
    """Clients that were made before go on without it."""
    transport = httpx.MockTransport(answer)
    asynchronous = httpx.AsyncClient(transport=transport)

    async def work() -> str:
        async with asynchronous:
            return (await asynchronous.get("http://example.com/x")).text

    with httpx.Client(transport=transport) as client, recorder.in_segment("shop"):
        compat.uninstall()
        assert "" == client.get("http://example.com/x").text
        assert "" == asyncio.run(work())
    assert [] == calling.subsegments(recorded)


def test_without_a_segment_the_call_is_made(recorder: Any, server: Server) -> None:
    """Nothing is sent with it."""
    assert 200 == httpx.get(server.url).status_code
    assert 200 == asyncio.run(get(server.url)).status_code
    assert [] == server.trace_headers()
