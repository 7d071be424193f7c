"""
A subsegment that is never closed: in the original its segment is never sent.

Differences: X7
"""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

segment = xray_recorder.begin_segment("with an open subsegment")
xray_recorder.begin_subsegment("never closed")
xray_recorder.end_segment()
print(segment.in_progress, segment.ready_to_send())
xray_recorder.clear_trace_entities()
with xray_recorder.in_segment("after"):
    pass
