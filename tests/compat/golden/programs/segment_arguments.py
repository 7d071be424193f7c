"""Segments that continue a trace: trace id, parent, sampling decision, times."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False, service="fallback")

TRACE = "1-5759e988-bd862e3fe1be46a994272793"

with xray_recorder.in_segment("continued", traceid=TRACE, parent_id="53995c3f42cd8ad8") as segment:
    print(segment.trace_id, segment.parent_id, segment.sampled)
with xray_recorder.in_segment("by rule", sampling="gold customers") as segment:
    print(segment.sampled)
with xray_recorder.in_segment("sampled", sampling=1) as segment:
    print(segment.sampled, segment.parent_id)
with xray_recorder.in_segment() as segment:
    print(segment.name)
segment = xray_recorder.begin_segment("early")
xray_recorder.end_segment(segment.start_time + 1)
print(segment.end_time - segment.start_time)
segment = xray_recorder.begin_segment("zero")
xray_recorder.end_segment(0)
print(segment.end_time > 0)
