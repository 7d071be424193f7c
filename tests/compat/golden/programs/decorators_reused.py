"""One decorator object for several functions, recursion, and blocks that are entered again."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)
capture = xray_recorder.capture("shared")


@capture
def first() -> str:
    """Return the current name."""
    return xray_recorder.current_subsegment().name


@capture
def second() -> str:
    """Call the other one."""
    return first()


@xray_recorder.capture()
def factorial(number: int) -> int:
    """Return the factorial."""
    return number * factorial(number - 1) if number > 1 else 1


block = xray_recorder.in_subsegment("block")
with xray_recorder.in_segment("reused"):
    print(second(), factorial(4))
    for number in range(2):
        with block as subsegment:
            subsegment.put_annotation("number", number)
