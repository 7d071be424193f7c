"""Objects as metadata: their public attributes; exceptions, enumerations, slots, circles."""

import enum
import types

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


class Order:
    """An order."""

    kind = "of the class"

    def __init__(self) -> None:
        self.number = 71032
        self._private = "hidden"
        self.items = [{"sku": "a", "of": self.__class__}]
        self.call = len
        self.inner = types.SimpleNamespace(a=1, b=types.SimpleNamespace(c=2))


class Slotted:
    """Has no dict."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 1

    def __repr__(self) -> str:
        return "slotted"


class Colour(enum.Enum):
    """Colours."""

    RED = 1


class Syntax:
    """Gives a form of itself."""

    def _ast(self) -> dict:
        return {"tree": [1]}


class Failure(Exception):
    """Carries a code."""

    def __init__(self) -> None:
        super().__init__("failed")
        self.code = 7


circle: dict = {"name": "circle"}
circle["self"] = circle

with xray_recorder.in_segment("objects") as segment:
    segment.put_metadata("order", Order())
    segment.put_metadata("orders", {"list": [Order()]})
    segment.put_metadata("slotted", Slotted())
    segment.put_metadata("colour", Colour.RED)
    segment.put_metadata("syntax", Syntax())
    segment.put_metadata("exception", ValueError("text"))
    segment.put_metadata("failure", Failure())
    segment.put_metadata("function", print)
    segment.put_metadata("generator", (number * 2 for number in range(3)))
    segment.put_metadata("map", map(str, [1, 2]))
    segment.put_metadata("object", "not an address")
with xray_recorder.in_segment("circle") as segment, xray_recorder.in_subsegment("in it") as one:
    one.put_annotation("kept", True)
    one.put_metadata("plain", 1)
print("sent")
