"""Functions in threads of an event loop, which are given the current entity."""

import asyncio

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext
from aws_xray_sdk.core.context import Context


def work(recorder, entity) -> str:
    """Record in a thread."""
    recorder.set_trace_entity(entity)
    with recorder.in_subsegment("in a thread") as subsegment:
        return subsegment.name


async def main() -> None:
    """Record."""
    loop = asyncio.get_running_loop()
    xray_recorder.configure(sampling=False, context=AsyncContext(loop=loop))
    async with xray_recorder.in_segment_async("loop"):
        async with xray_recorder.in_subsegment_async("around"):
            print(xray_recorder.current_subsegment().name)
    xray_recorder.configure(context=Context())
    with xray_recorder.in_segment("plain"):
        entity = xray_recorder.get_trace_entity()
        print(await loop.run_in_executor(None, work, xray_recorder, entity))


asyncio.run(main())
