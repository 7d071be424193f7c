"""
A document that no datagram can hold: the original loses it, the alias sends it in parts.

Differences: X9
"""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("too large") as segment:
    for number in range(4):
        with xray_recorder.in_subsegment(f"part {number}") as part:
            part.put_metadata("text", f"{number}" * 20_000)
with xray_recorder.in_segment("after"):
    print("sent")
