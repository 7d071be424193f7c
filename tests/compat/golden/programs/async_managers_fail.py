"""Exceptions through asynchronous blocks: recorded once, raised on."""

import asyncio

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext


async def main() -> None:
    """Record."""
    xray_recorder.configure(sampling=False, context=AsyncContext(loop=asyncio.get_running_loop()))
    async with xray_recorder.in_segment_async("outer"):
        async with xray_recorder.in_subsegment_async("middle"):
            async with xray_recorder.in_subsegment_async("inner"):
                raise OSError(5, "asynchronous")


try:
    asyncio.run(main())
except OSError as error:
    print(repr(error))
