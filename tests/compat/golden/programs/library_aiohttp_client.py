"""aiohttp's client with the trace configuration."""

import asyncio

import aiohttp
from _loopback import server
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext
from aws_xray_sdk.ext.aiohttp.client import aws_xray_trace_config


async def main(address: str) -> None:
    """Call."""
    xray_recorder.configure(sampling=False, context=AsyncContext(loop=asyncio.get_running_loop()))
    async with xray_recorder.in_segment_async("client"):
        for name in (None, "named"):
            config = aws_xray_trace_config(name=name)
            async with aiohttp.ClientSession(trace_configs=[config]) as session:
                async with session.get(f"{address}/a?b=c") as response:
                    print((await response.json())["fields"])
                async with session.get(f"{address}/status/429") as response:
                    print(response.status)
                try:
                    await session.get("http://127.0.0.1:9/")
                except aiohttp.ClientConnectorError as error:
                    print(type(error).__name__)


with server() as address:
    asyncio.run(main(address))
