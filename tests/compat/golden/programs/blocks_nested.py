"""Blocks in blocks, and blocks side by side."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("nested") as segment:
    with xray_recorder.in_subsegment("a") as a:
        with xray_recorder.in_subsegment("b", namespace="remote") as b:
            with xray_recorder.in_subsegment("c", namespace="aws"):
                pass
            with xray_recorder.in_subsegment("d"):
                pass
        print([one.name for one in b.subsegments], b in a.subsegments)
    with xray_recorder.in_subsegment(name="e"):
        print(xray_recorder.current_subsegment().name)
    print(segment.get_total_subsegments_size(), segment.ready_to_send())
print(segment.ready_to_send(), xray_recorder.get_trace_entity())
