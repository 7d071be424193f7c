"""Ids, trace ids and names that an application assigns to entities."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)
TRACE = "1-5759e988-bd862e3fe1be46a994272793"

segment = xray_recorder.begin_segment("assigned")
segment.trace_id = TRACE
segment.parent_id = "53995c3f42cd8ad8"
with xray_recorder.in_subsegment("inside") as inside:
    print(inside.trace_id, inside.parent_id == segment.id)
    with xray_recorder.in_subsegment("further inside") as further:
        print(further.trace_id)
xray_recorder.end_segment()
print(segment.to_dict()["trace_id"], segment.to_dict()["parent_id"])

segment = xray_recorder.begin_segment("own id", traceid=TRACE)
segment.id = "00000000000000aa"
with xray_recorder.in_subsegment("inside") as inside:
    print(inside.parent_id)
xray_recorder.end_segment()
