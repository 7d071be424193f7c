"""Entities made by hand between those that the recorder makes."""

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.models.segment import Segment
from aws_xray_sdk.core.models.subsegment import Subsegment

xray_recorder.configure(sampling=False)

segment = Segment("put into the context")
xray_recorder.context.put_segment(segment)
with xray_recorder.in_subsegment("by the recorder"):
    pass
child = Subsegment("put into the context too", "remote", segment)
xray_recorder.context.put_subsegment(child)
with xray_recorder.in_subsegment("in it"):
    print(xray_recorder.current_subsegment().parent_id == child.id)
xray_recorder.end_subsegment()
added = Subsegment("added to the tree only", "local", segment)
segment.add_subsegment(added)
added.put_annotation("added", True)
added.close()
xray_recorder.end_segment()
print([one.name for one in segment.subsegments])
