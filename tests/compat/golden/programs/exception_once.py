"""An exception that passes through several entities is in full in the innermost only."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


def deep(levels: int) -> None:
    """Raise at the bottom."""
    if not levels:
        raise ValueError("at the bottom")
    deep(levels - 1)


try:
    with xray_recorder.in_segment("levels") as segment:
        with xray_recorder.in_subsegment("middle") as middle:
            with xray_recorder.in_subsegment("inner") as inner:
                deep(3)
except ValueError as error:
    print(repr(error))
exception = inner.cause["exceptions"][0]
print(middle.cause == exception.id, segment.cause == exception.id, inner.fault, segment.fault)
print(exception.type, exception.message, exception.remote, len(exception.stack))
