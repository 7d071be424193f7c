"""An application of aiohttp, and requests to it: a program, run by the tests next door."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

from aiohttp import ServerDisconnectedError, web
from aiohttp.test_utils import TestClient, TestServer
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext
from aws_xray_sdk.ext.aiohttp.middleware import middleware
from opentelemetry import trace

from tests.compat.ext import exchanges

REQUESTS = (
    *exchanges.REQUESTS,
    ("GET", "/cancelled", {}),
    ("GET", "/ok", {"remote_addr": "192.0.2.9"}),
    ("GET", "/ok", {"X-Forwarded-For": ""}),
)


def create() -> web.Application:
    """Return the application, with the middleware."""
    app = web.Application(middlewares=[middleware])
    app.router.add_route("*", "/ok", answering(200))
    app.router.add_get("/missing", missing)
    app.router.add_get("/throttled", answering(429))
    app.router.add_get("/unavailable", answering(503))
    app.router.add_get("/raises", raises)
    app.router.add_get("/raises/late", raises_in_a_subsegment)
    app.router.add_get("/moved", moved)
    app.router.add_get("/nested", nested)
    app.router.add_get("/mixed", mixed)
    app.router.add_get("/waits", waits)
    app.router.add_get("/ended", ended)
    app.router.add_get("/ended/raises", ended_and_raises)
    app.router.add_get("/streamed", streamed)
    app.router.add_get("/cancelled", cancelled)
    return app


def answering(status: int) -> Any:
    """Return a handler that answers with *status*."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="ok", status=status)

    return answer


async def missing(_request: web.Request) -> web.Response:
    """Raise an answer, as aiohttp's applications do."""
    raise web.HTTPNotFound


async def moved(_request: web.Request) -> web.Response:
    """Raise an answer that is no error."""
    raise web.HTTPFound(location="/ok")


async def raises(_request: web.Request) -> web.Response:
    """Raise what nobody handles."""
    return web.Response(text={"color": "red"}["size"])


async def raises_in_a_subsegment(request: web.Request) -> web.Response:
    """Raise in a subsegment, which records it first."""
    async with xray_recorder.in_subsegment_async("size"):
        return await raises(request)


async def cancelled(_request: web.Request) -> web.Response:
    """Raise what ends a task."""
    raise asyncio.CancelledError


async def nested(_request: web.Request) -> web.Response:
    """Record something."""
    async with xray_recorder.in_subsegment_async("pay", namespace="remote") as subsegment:
        subsegment.put_annotation("amount", 42)
        await asyncio.sleep(0)
    xray_recorder.put_metadata("order", {"number": 7})
    return web.Response(text="paid")


async def mixed(_request: web.Request) -> web.Response:
    """Record with both APIs."""
    tracer = trace.get_tracer("shop")
    with tracer.start_as_current_span("middle"), xray_recorder.in_subsegment("inner"):
        return web.Response(text="mixed")


async def waits(request: web.Request) -> web.Response:
    """Take some time, and record for whom."""
    number = request.query["number"]
    async with xray_recorder.in_subsegment_async("wait") as subsegment:
        subsegment.put_annotation("number", number)
        await asyncio.sleep(0.05)
    return web.Response(text=number)


async def ended(_request: web.Request) -> web.Response:
    """End what the middleware has begun."""
    xray_recorder.end_segment()
    return web.Response(text="ended")


async def ended_and_raises(request: web.Request) -> web.Response:
    """End what the middleware has begun, and raise."""
    await ended(request)
    return await raises(request)


async def streamed(request: web.Request) -> web.StreamResponse:
    """Stream."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"one")
    await response.write(b"two")
    await response.write_eof()
    return response


async def main() -> None:
    """Make the requests, and print what was answered."""
    logging.disable(logging.CRITICAL)
    xray_recorder.configure(sampling=False, service="shop", context=AsyncContext())
    answers: list[Any] = []
    async with TestClient(TestServer(create())) as client:
        for method, path, headers in REQUESTS:
            fields = {"Host": "localhost", **headers}
            try:
                async with client.request(
                    method, path, headers=fields, allow_redirects=False
                ) as response:
                    text = await response.text()
                    header = exchanges.tracing(response.headers.get(exchanges.XRAY))
                    answers.append((method, path, response.status, text[:20], header))
            except ServerDisconnectedError:
                answers.append((method, path, "disconnected"))
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    asyncio.run(main())
