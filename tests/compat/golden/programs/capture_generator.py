"""The decorator on a generator function, and as a block of a with statement."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


@xray_recorder.capture()
def numbers(count: int):
    """Yield numbers."""
    yield from range(count)


with xray_recorder.in_segment("generators"):
    print(list(numbers(3)))
    with xray_recorder.capture("block") as subsegment:
        print(subsegment.name, sum(numbers(4)))
