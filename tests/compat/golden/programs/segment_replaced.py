"""A segment that is begun while another one is open takes its place; the first is never sent."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

first = xray_recorder.begin_segment("lost")
xray_recorder.begin_subsegment("lost too")
second = xray_recorder.begin_segment("kept")
print(xray_recorder.current_segment() is second, xray_recorder.current_subsegment())
xray_recorder.begin_subsegment("inside")
xray_recorder.end_subsegment()
xray_recorder.end_segment()
print(first.in_progress, second.in_progress)
