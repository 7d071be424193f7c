"""
Tasks at the same time without AsyncContext: nested into each other in the original.

Differences: X1
"""

import asyncio

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


async def work(number: int) -> int:
    """Record something that takes longer the larger its number is."""
    async with xray_recorder.in_subsegment_async(f"work {number}") as subsegment:
        await asyncio.sleep(0.05 * (3 - number))
        subsegment.put_annotation("number", number)
    return number


async def main() -> None:
    """Record."""
    async with xray_recorder.in_segment_async("gather"):
        outcomes = await asyncio.gather(
            *(work(number) for number in range(3)), return_exceptions=True
        )
        print([type(one).__name__ for one in outcomes])


try:
    asyncio.run(main())
except Exception as error:
    print(type(error).__name__)
