"""Entities that are made, filled, closed and sent by hand."""

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.models.segment import Segment
from aws_xray_sdk.core.models.subsegment import Subsegment

xray_recorder.configure(sampling=False, daemon_address="127.0.0.1:1")

segment = Segment("by hand", traceid="1-5759e988-bd862e3fe1be46a994272793", parent_id="a" * 16)
print(segment.sampled, segment.in_progress, segment.parent_id, segment.trace_id)
child = Subsegment("child", "remote", segment)
segment.add_subsegment(child)
grandchild = Subsegment("grandchild", "local", segment)
child.add_subsegment(grandchild)
grandchild.put_annotation("a", 1)
child.put_http_meta("status", 503)
print(segment.ref_counter.get_current(), segment.get_total_subsegments_size())
grandchild.close()
child.close()
segment.close()
print(segment.ready_to_send(), child.parent_id == segment.id, grandchild.trace_id)
xray_recorder.emitter.send_entity(segment)

removed = Segment("removed")
lost = Subsegment("lost", "local", removed)
removed.add_subsegment(lost)
removed.remove_subsegment(lost)
lost.close()
removed.close()
print(removed.subsegments, removed.ref_counter.get_current())
xray_recorder.emitter.send_entity(removed)

alone = Subsegment("alone", "remote", segment)
alone.parent_id = segment.id
alone.close()
xray_recorder.emitter.send_entity(alone)
try:
    Subsegment("orphan", "local", None)
except Exception as error:
    print(type(error).__name__)
