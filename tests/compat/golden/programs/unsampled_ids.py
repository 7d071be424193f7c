"""
Ids of what is not sampled: zeros in the original, real ones in the alias.

Differences: X2
Printed: X2
"""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

segment = xray_recorder.begin_segment("no", sampling=0)
subsegment = xray_recorder.begin_subsegment("inside")
print(segment.trace_id, segment.id, subsegment.id, subsegment.parent_id == segment.id)
xray_recorder.end_subsegment()
xray_recorder.end_segment()
with xray_recorder.in_segment("sampled"):
    xray_recorder.begin_subsegment_without_sampling("not sampled, but inside")
    xray_recorder.end_subsegment()
