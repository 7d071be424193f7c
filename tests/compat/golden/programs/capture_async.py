"""Coroutines one after the other: the asynchronous decorator, and blocks."""

import asyncio

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext


@xray_recorder.capture_async()
async def unnamed(number: int) -> int:
    """Return the next number."""
    await asyncio.sleep(0)
    xray_recorder.put_annotation("number", number)
    return number + 1


@xray_recorder.capture_async("by another name")
async def named() -> int:
    """Call the other one."""
    return await unnamed(await unnamed(1))


@xray_recorder.capture_async()
async def failing() -> None:
    """Raise."""
    await asyncio.sleep(0)
    raise ValueError("asynchronous")


async def main() -> None:
    """Record."""
    xray_recorder.configure(sampling=False, context=AsyncContext(loop=asyncio.get_running_loop()))
    async with xray_recorder.in_segment_async("coroutines") as segment:
        print(await named(), segment.name)
        async with xray_recorder.in_subsegment_async("block", namespace="remote") as subsegment:
            await asyncio.sleep(0)
            print(subsegment.namespace, xray_recorder.current_subsegment() is subsegment)
        with xray_recorder.in_subsegment("plain block"):
            await asyncio.sleep(0)
        try:
            await failing()
        except ValueError as error:
            print(repr(error))


asyncio.run(main())
