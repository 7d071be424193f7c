"""
One key that is no text costs the original the whole segment.

Differences: X5
"""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("tuple key") as segment:
    segment.put_metadata("seats", {(1, 2): "taken"})
    with xray_recorder.in_subsegment("inside"):
        pass
with xray_recorder.in_segment("after"):
    print("sent")
