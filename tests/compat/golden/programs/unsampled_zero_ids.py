"""AWS_XRAY_NOOP_ID=true: zeros in both. Set before the import."""

import os

os.environ["AWS_XRAY_NOOP_ID"] = "true"

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

segment = xray_recorder.begin_segment("no", sampling=0)
subsegment = xray_recorder.begin_subsegment("inside")
print(set(segment.trace_id), set(segment.id), set(subsegment.id))
xray_recorder.end_subsegment()
xray_recorder.end_segment()
