"""Metadata of every kind, and namespaces that are refused."""

import uuid
from collections import OrderedDict
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import NamedTuple

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


class Point(NamedTuple):
    """A point."""

    x: int
    y: int


VALUES = {
    "text": "t", "empty": "", "none": None, "true": True, "false": False, "integer": 0,
    "real": 0.5, "list": [1, "a", None], "empty list": [], "tuple": (1, 2), "set": {5},
    "dict": {"a": {"b": [{"c": 1}]}}, "empty dict": {}, "ordered": OrderedDict(b=1, a=2),
    "point": Point(1, 2), "bytes": b"abc", "decimal": Decimal("1.50"), "date": date(2026, 2, 25),
    "uuid": uuid.UUID(int=5), "path": PurePosixPath("/srv"), "class": Decimal, "range": range(3),
    "number keys": {1: "one", 2.5: "two and a half", None: "none"},
}  # fmt: skip

with xray_recorder.in_segment("metadata") as segment:
    for key, value in VALUES.items():
        segment.put_metadata(key, value)
    with xray_recorder.in_subsegment("namespaces") as subsegment:
        for namespace in ("default", "shop", "", "AWS.x", "aws.x", "AWS", None, 5, "with space"):
            subsegment.put_metadata("key", "value", namespace)
        subsegment.put_metadata("key", "later", namespace="shop")
        subsegment.put_metadata("other", 1, namespace="shop")
        xray_recorder.put_metadata("by_recorder", [1])
        xray_recorder.put_metadata(key="k", value="v", namespace="n")
        print(subsegment.metadata)
    xray_recorder.put_metadata("on segment", 1, "own")
    print(sorted(segment.metadata), list(segment.metadata["default"]))
