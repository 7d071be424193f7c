"""
Segments without a name, and with names that are none.

Differences: X14
"""

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.exceptions.exceptions import SegmentNameMissingException
from aws_xray_sdk.core.models.segment import Segment

xray_recorder.configure(sampling=False)

for name in (None, "", 0, 7, ["list"]):
    try:
        xray_recorder.begin_segment(name)
    except (SegmentNameMissingException, TypeError) as error:
        print(repr(name), type(error).__name__)
    else:
        print(repr(name), "begun")
for name in ("", None):
    try:
        Segment(name)
    except SegmentNameMissingException as error:
        print(type(error).__name__, error)
with xray_recorder.in_segment("???") as segment:
    print(repr(segment.name))
with xray_recorder.in_segment("after"), xray_recorder.in_subsegment("") as subsegment:
    print(repr(subsegment.name))
