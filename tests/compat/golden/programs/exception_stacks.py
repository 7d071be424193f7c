"""How many frames of which end are recorded: blocks keep the outer ones, decorators the inner."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False, max_trace_back=3)


def deep(levels: int) -> None:
    """Raise at the bottom."""
    if not levels:
        raise ValueError("deep")
    deep(levels - 1)


@xray_recorder.capture("decorator")
def decorated() -> None:
    """Raise far below."""
    deep(6)


with xray_recorder.in_segment("stacks"):
    for number in (3, 0, 1):
        xray_recorder.configure(max_trace_back=number)
        for call in (decorated, lambda: deep(6)):
            try:
                with xray_recorder.in_subsegment(f"block {number}"):
                    call()
            except ValueError as error:
                print(number, error)
    for wrong in (-1, "5", 2.0, True):
        xray_recorder.configure(max_trace_back=wrong)
        print(xray_recorder.max_trace_back)
