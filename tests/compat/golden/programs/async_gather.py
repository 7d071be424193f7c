"""
Tasks at the same time with AsyncContext: siblings, in both.

Each task has a list of open entities of its own, that of its creator in the beginning.
"""

import asyncio

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext


async def work(number: int) -> int:
    """Record something that takes longer the smaller its number is."""
    async with xray_recorder.in_subsegment_async(f"work {number}") as subsegment:
        subsegment.put_metadata("number", number)
        await asyncio.sleep(0.05 * (3 - number))
        async with xray_recorder.in_subsegment_async(f"inside {number}"):
            await asyncio.sleep(0.01)
    return number


async def main() -> None:
    """Record."""
    xray_recorder.configure(sampling=False, context=AsyncContext(loop=asyncio.get_running_loop()))
    async with xray_recorder.in_segment_async("gather"):
        print(await asyncio.gather(*(work(number) for number in range(3))))


asyncio.run(main())
