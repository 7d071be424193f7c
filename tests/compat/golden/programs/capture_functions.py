"""The decorator on functions, with and without a name; what they return and raise."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


@xray_recorder.capture()
def unnamed(number: int, *, times: int = 2) -> int:
    """Return a product."""
    xray_recorder.current_subsegment().put_annotation("number", number)
    return number * times


@xray_recorder.capture("by another name")
def named() -> str:
    """Return a text."""
    return f"{unnamed(3)} {xray_recorder.current_subsegment().name}"


@xray_recorder.in_subsegment("as a decorator")
def decorated() -> None:
    """Return nothing."""


@xray_recorder.capture("outer")
@xray_recorder.capture("inner")
def twice() -> str:
    """Return the current subsegment's name."""
    return xray_recorder.current_subsegment().name


@xray_recorder.capture()
def failing() -> None:
    """Raise."""
    raise KeyError("missing")


with xray_recorder.in_segment("functions"):
    print(unnamed(2, times=5), named(), decorated(), twice())
    print(xray_recorder.capture("in place")(lambda: "lambda")())
    try:
        failing()
    except KeyError as error:
        print(repr(error))
print(unnamed.__name__, unnamed.__doc__, named.__wrapped__.__name__)
