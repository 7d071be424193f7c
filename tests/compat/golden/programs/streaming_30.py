"""Streaming with a threshold of 30: subtrees that are complete are sent apart."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False, streaming_threshold=30)

with xray_recorder.in_segment("streaming") as segment:
    for number in range(40):
        with xray_recorder.in_subsegment(f"outer {number}") as outer:
            outer.put_annotation("number", number)
            with xray_recorder.in_subsegment("inner", namespace="remote") as inner:
                inner.put_metadata("number", number)
    with xray_recorder.in_subsegment("long") as long:
        for number in range(35):
            with xray_recorder.in_subsegment(f"step {number}"):
                pass
        print(len(long.subsegments))
    print(segment.get_total_subsegments_size(), len(segment.subsegments))
print(xray_recorder.streaming_threshold)
