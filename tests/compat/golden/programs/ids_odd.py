"""
Ids that X-Ray does not take: the original sends them.

Differences: X17
"""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("odd trace id", traceid="not-a-trace-id") as segment:
    print(segment.trace_id)
    with xray_recorder.in_subsegment("inside") as inside:
        print(inside.trace_id)
with xray_recorder.in_segment(
    "odd parent", traceid="1-5759e988-bd862e3fe1be46a994272793", parent_id="parent"
) as segment:
    print(segment.parent_id)
