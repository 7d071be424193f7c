"""Annotations: values of every type, keys that are refused, on segments and on subsegments."""

import enum
import logging
from datetime import datetime, timezone
from decimal import Decimal

from aws_xray_sdk.core import xray_recorder

logging.basicConfig(handlers=[logging.NullHandler()])
xray_recorder.configure(sampling=False)


class Colour(str, enum.Enum):
    """A text with a name."""

    RED = "red"


class Number(int):
    """A number of a class of its own."""


VALUES = {
    "text": "a", "empty": "", "integer": 7, "negative": -1, "zero": 0, "big": 10**30,
    "real": 2.5, "whole": 3.0, "true": True, "false": False, "colour": Colour.RED,
    "number": Number(5), "none": None, "list": [1], "dict": {}, "decimal": Decimal("1.5"),
    "time": datetime(2026, 1, 1, tzinfo=timezone.utc), "bytes": b"x", "complex": 1j,
}  # fmt: skip
KEYS = (
    "plain",
    "Under_score9",
    "with-dash",
    "with.dot",
    "with space",
    "ümlaut",
    "",
    7,
    None,
    ("a",),
)

with xray_recorder.in_segment("annotations") as segment:
    for key, value in VALUES.items():
        segment.put_annotation(key, value)
    with xray_recorder.in_subsegment("keys") as subsegment:
        for key in KEYS:
            subsegment.put_annotation(key, "value")
        subsegment.put_annotation("plain", "later")
        xray_recorder.put_annotation("by_recorder", 1)
        xray_recorder.put_annotation(key="by_keyword", value=2)
        print(subsegment.annotations)
    xray_recorder.put_annotation("on_segment", "yes")
    print(sorted(segment.annotations), segment.annotations["colour"])
    segment.annotations["by hand"] = "written into the dict"
