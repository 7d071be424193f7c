"""httpx, patched: synchronous and asynchronous."""

import asyncio

import httpx
from _loopback import server
from aws_xray_sdk.core import patch, xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext

patch(("httpx",))
xray_recorder.configure(sampling=False)


async def asynchronous(address: str) -> None:
    """Call with an asynchronous client."""
    xray_recorder.configure(sampling=False, context=AsyncContext(loop=asyncio.get_running_loop()))
    async with xray_recorder.in_segment_async("asynchronous"), httpx.AsyncClient() as client:
        print((await client.get(f"{address}/a?b=c")).json()["fields"])
        print((await client.get(f"{address}/status/404")).status_code)


with server() as address:
    with xray_recorder.in_segment("synchronous"), httpx.Client() as client:
        print(client.get(f"{address}/a?b=c").json()["fields"])
        print(client.post(f"{address}/status/500", json={}).status_code)
        try:
            client.get("http://127.0.0.1:9/")
        except httpx.ConnectError as error:
            print(type(error).__name__)
    asyncio.run(asynchronous(address))
