"""Tasks with AsyncContext, one awaited after the other: each begins with its creator's entities."""

import asyncio

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext


@xray_recorder.capture_async("work")
async def work(number: int) -> str:
    """Record in a task."""
    xray_recorder.put_annotation("number", number)
    await asyncio.sleep(0)
    return xray_recorder.current_subsegment().name


async def main() -> None:
    """Record."""
    xray_recorder.configure(sampling=False, context=AsyncContext(loop=asyncio.get_running_loop()))
    async with xray_recorder.in_segment_async("tasks"):
        for number in range(3):
            print(await asyncio.ensure_future(work(number)))
        async with xray_recorder.in_subsegment_async("around"):
            print(await asyncio.wait_for(work(9), timeout=5))


asyncio.run(main())
