"""Calls through httpx."""

from __future__ import annotations

from typing import Any

import httpx
from aws_xray_sdk.core import patch, xray_recorder

from tests.instrument.servers import Answer, Server

patch(("httpx",))


def _answer(request: httpx.Request) -> httpx.Response:
    return httpx.Response(204)


def _call_get(server: Server) -> Any:
    return httpx.get(f"{server.url}/path?secret=1#fragment").status_code


def _call_client(server: Server) -> Any:
    with httpx.Client(base_url=server.url) as client:
        return client.post("/post", json={}).status_code, client.get("/get").status_code


async def _call_async(server: Server) -> Any:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{server.url}/path?secret=1")).status_code


def _call_in_a_subsegment(server: Server) -> Any:
    with xray_recorder.in_subsegment("around"):
        return httpx.get(server.url).status_code


def _status(server: Server, status: int) -> Any:
    server.answers.append(Answer(status))
    return httpx.put(server.url).status_code


def _call_404(server: Server) -> Any:
    return _status(server, 404)


def _call_429(server: Server) -> Any:
    return _status(server, 429)


def _call_500(server: Server) -> Any:
    return _status(server, 500)


def _call_raise_for_status(server: Server) -> Any:
    server.answers.append(Answer(500))
    httpx.get(server.url).raise_for_status()


def _call_redirect(server: Server) -> Any:
    server.answers.append(Answer(302, {"Location": "/there"}))
    return httpx.get(f"{server.url}/here", follow_redirects=True).status_code


def _call_refused(server: Server) -> Any:
    httpx.get("http://127.0.0.1:9/nothing")


async def _call_async_refused(server: Server) -> Any:
    async with httpx.AsyncClient() as client:
        await client.get("http://127.0.0.1:9/nothing")


async def _call_async_500(server: Server) -> Any:
    server.answers.append(Answer(500))
    async with httpx.AsyncClient() as client:
        return (await client.get(server.url)).status_code


def _call_unknown_scheme(server: Server) -> Any:
    httpx.get("gopher://example.com")


def _call_credentials(server: Server) -> Any:
    return httpx.get(server.url.replace("//", "//user:secret@")).status_code


def _call_stream(server: Server) -> Any:
    with httpx.stream("GET", server.url) as response:
        return response.read().decode()


def _call_own_transport(server: Server) -> Any:
    transport = httpx.MockTransport(_answer)
    with httpx.Client(transport=transport) as client:
        return client.get("http://example.com/x").status_code


def _call_own_header(server: Server) -> Any:
    headers = {"x-amzn-trace-id": "Root=1-2-3", "Accept": "*/*"}
    return httpx.get(server.url, headers=headers).status_code, sorted(headers)


def _call_unsampled(server: Server) -> Any:
    return httpx.get(server.url).status_code


def _alone_get(server: Server) -> Any:
    return httpx.get(server.url).status_code


async def _alone_async(server: Server) -> Any:
    async with httpx.AsyncClient() as client:
        return (await client.get(server.url)).status_code


def _call_mounted(server: Server) -> Any:
    transport = httpx.MockTransport(_answer)
    with httpx.Client(mounts={"http://example.com": transport}) as client:
        return client.get("http://example.com/x").status_code


def _call_closes(server: Server) -> Any:
    class Transport(httpx.MockTransport):
        closed = False

        def close(self) -> None:
            self.closed = True

    transport = Transport(_answer)
    with httpx.Client(transport=transport) as client:
        client.get("http://example.com/x")
    return transport.closed


PLAIN = type(httpx.Client()).__name__


def _call_of_what_class(server: Server) -> Any:
    return PLAIN
