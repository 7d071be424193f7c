"""The segment ends before its subsegments, which are closed later by hand."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

segment = xray_recorder.begin_segment("closed first")
outer = xray_recorder.begin_subsegment("outer")
xray_recorder.begin_subsegment("inner")
xray_recorder.end_segment()
print(segment.in_progress, outer.in_progress, segment.ready_to_send())
xray_recorder.end_subsegment()
print(segment.ready_to_send(), xray_recorder.current_subsegment() is outer)
outer.put_annotation("still", "open")
xray_recorder.end_subsegment()
print(segment.ready_to_send(), xray_recorder.get_trace_entity())
