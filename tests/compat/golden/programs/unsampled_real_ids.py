"""AWS_XRAY_NOOP_ID=false: real ids in both. Set before the import."""

import os

os.environ["AWS_XRAY_NOOP_ID"] = "false"

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

segment = xray_recorder.begin_segment("no", sampling=0)
subsegment = xray_recorder.begin_subsegment("inside")
print(segment.trace_id, segment.id, subsegment.id, subsegment.trace_id == segment.trace_id)
xray_recorder.end_subsegment()
xray_recorder.end_segment()
