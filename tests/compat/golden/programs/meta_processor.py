"""record_subsegment with a function that fills the subsegment from call and result."""

import asyncio

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


def fill(wrapped, instance, args, kwargs, return_value, exception, subsegment, stack) -> None:
    """Record everything."""
    subsegment.put_metadata("call", {"args": args, "kwargs": kwargs, "instance": instance})
    subsegment.put_metadata("result", return_value)
    if exception:
        subsegment.add_exception(exception, stack)
    print(wrapped.__name__, return_value, exception and type(exception).__name__, stack is not None)


def work(number: int, *, fail: bool = False) -> int:
    """Return a number, or raise."""
    if fail:
        raise ValueError("fails")
    return number


async def later(number: int) -> int:
    """Return a number later."""
    await asyncio.sleep(0)
    return number


with xray_recorder.in_segment("meta"):
    print(xray_recorder.record_subsegment(work, "me", (1,), {}, "works", "remote", fill))
    try:
        xray_recorder.record_subsegment(work, None, (1,), {"fail": True}, "fails", "aws", fill)
    except ValueError as error:
        print(error)
    try:
        xray_recorder.record_subsegment(
            work, None, (1,), {"fail": True}, "no processor", "local", None
        )
    except ValueError as error:
        print(error)
    record = xray_recorder.record_subsegment_async(later, None, (2,), {}, "later", "remote", fill)
    print(asyncio.run(record))
