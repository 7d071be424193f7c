"""Calls through aiohttp's client."""

from __future__ import annotations

from typing import Any

import aiohttp
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.aiohttp.client import aws_xray_trace_config

from tests.instrument.servers import Answer, Server


def _session(name: str | None = None, **options: Any) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(trace_configs=[aws_xray_trace_config(name)], **options)


async def _get(server: Server, path: str = "", **options: Any) -> Any:
    async with _session(**options) as client, client.get(f"{server.url}{path}") as response:
        return response.status


async def _call_get(server: Server) -> Any:
    return await _get(server, "/path?secret=1")


async def _call_named(server: Server) -> Any:
    return await _get(server, name="shop's")


async def _call_in_a_subsegment(server: Server) -> Any:
    async with xray_recorder.in_subsegment_async("around"):
        return await _get(server)


async def _call_404(server: Server) -> Any:
    server.answers.append(Answer(404))
    return await _get(server)


async def _call_429(server: Server) -> Any:
    server.answers.append(Answer(429))
    return await _get(server)


async def _call_500(server: Server) -> Any:
    server.answers.append(Answer(500))
    return await _get(server)


async def _call_raise_for_status(server: Server) -> Any:
    server.answers.append(Answer(500))
    return await _get(server, raise_for_status=True)


async def _call_redirect(server: Server) -> Any:
    server.answers.append(Answer(302, {"Location": "/there"}))
    return await _get(server, "/here")


async def _call_refused(server: Server) -> Any:
    async with _session() as client:
        await client.get("http://127.0.0.1:9/nothing")


async def _call_unknown_scheme(server: Server) -> Any:
    async with _session() as client:
        await client.get("gopher://example.com/x")


async def _call_too_many_redirects(server: Server) -> Any:
    server.answers.extend([Answer(302, {"Location": "/"})] * 3)
    async with _session() as client:
        await client.get(server.url, max_redirects=2)


async def _call_credentials(server: Server) -> Any:
    url = server.url.replace("//", "//user:secret@")
    async with _session() as client, client.get(url) as response:
        return response.status


async def _call_own_header(server: Server) -> Any:
    headers = {"x-amzn-trace-id": "Root=1-2-3", "Accept": "*/*"}
    async with _session() as client, client.get(server.url, headers=headers) as response:
        return response.status, sorted(headers)


async def _call_unsampled(server: Server) -> Any:
    return await _get(server)


async def _alone_get(server: Server) -> Any:
    return await _get(server)
