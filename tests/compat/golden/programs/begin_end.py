"""Segments and subsegments that are begun and ended by calls."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

segment = xray_recorder.begin_segment("begin and end")
print(segment is xray_recorder.current_segment(), xray_recorder.current_subsegment())
first = xray_recorder.begin_subsegment("first")
inner = xray_recorder.begin_subsegment("inner", namespace="remote")
print(inner is xray_recorder.current_subsegment(), inner.parent_id == first.id)
print(xray_recorder.current_segment() is segment, inner.parent_segment is segment)
print(xray_recorder.end_subsegment())
print(xray_recorder.current_subsegment() is first)
xray_recorder.end_subsegment()
second = xray_recorder.begin_subsegment("second")
xray_recorder.end_subsegment(second.start_time + 5)
print(second.end_time - second.start_time)
print(xray_recorder.end_segment(), xray_recorder.get_trace_entity())
