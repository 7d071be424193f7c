"""
An AsyncContext that is made before the loop that runs: the original finds nothing in it.

Differences: X7
Printed: X10
"""

import asyncio
import logging
import warnings

warnings.simplefilter("ignore")
logging.basicConfig(handlers=[logging.NullHandler()])

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.async_context import AsyncContext

xray_recorder.configure(sampling=False, context=AsyncContext())


async def main() -> None:
    """Record."""
    async with xray_recorder.in_segment_async("early"):
        async with xray_recorder.in_subsegment_async("inside") as subsegment:
            await asyncio.sleep(0)
            print(subsegment is None)


asyncio.run(main())
