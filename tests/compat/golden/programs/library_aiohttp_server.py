"""
aiohttp's server with the middleware: statuses, exceptions, headers.

Printed: X2
"""

import asyncio

import aiohttp
from aiohttp import web
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext
from aws_xray_sdk.ext.aiohttp.middleware import middleware

ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"


async def order(request: web.Request) -> web.Response:
    """Answer."""
    async with xray_recorder.in_subsegment_async("inside"):
        return web.Response(text="ordered", headers={"Seen": request.match_info["number"]})


async def missing(request: web.Request) -> web.Response:
    """Raise what aiohttp turns into an answer."""
    raise web.HTTPNotFound


async def broken(request: web.Request) -> web.Response:
    """Raise."""
    raise ValueError("broken")


async def main() -> None:
    """Serve and call."""
    xray_recorder.configure(
        sampling=False, service="aiohttp", context=AsyncContext(loop=asyncio.get_running_loop())
    )
    app = web.Application(middlewares=[middleware])
    app.router.add_get("/order/{number}", order)
    app.router.add_get("/missing", missing)
    app.router.add_get("/broken", broken)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    async with aiohttp.ClientSession() as session:
        for path, headers in (
            ("/order/7?x=1", {"User-Agent": "test"}),
            ("/order/8", {"User-Agent": "test", "X-Forwarded-For": "203.0.113.9, 10.0.0.1"}),
            ("/missing", {"User-Agent": "test"}),
            ("/broken", {"User-Agent": "test"}),
            (
                "/order/9",
                {
                    "User-Agent": "test",
                    "X-Amzn-Trace-Id": f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=?",
                },
            ),
            (
                "/order/10",
                {
                    "User-Agent": "test",
                    "X-Amzn-Trace-Id": f"{ROOT};Sampled=0",
                },
            ),
        ):
            async with session.get(f"http://{host}:{port}{path}", headers=headers) as response:
                print(path, response.status, response.headers.get("X-Amzn-Trace-Id"))
    await runner.cleanup()


asyncio.run(main())
