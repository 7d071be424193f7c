"""Times that an application assigns to entities."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

segment = xray_recorder.begin_segment("long ago")
segment.start_time -= 10_000
with xray_recorder.in_subsegment("two hours") as subsegment:
    subsegment.start_time -= 7_200
xray_recorder.begin_subsegment("ends late")
xray_recorder.end_subsegment(segment.start_time + 50_000)
xray_recorder.begin_subsegment("ends before it begins")
xray_recorder.end_subsegment(segment.start_time - 5_000)
xray_recorder.end_segment(segment.start_time + 20_000)
print(round(segment.end_time - segment.start_time))
