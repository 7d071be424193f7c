"""Documents that are large, but fit into a datagram: many members, long texts, deep trees."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False, streaming_threshold=1000)

with xray_recorder.in_segment("large") as segment:
    segment.put_metadata("text", "x" * 20_000)
    segment.put_metadata("list", list(range(2_000)))
    for number in range(60):
        segment.put_annotation(f"key_{number}", "v" * 20)
with xray_recorder.in_segment("deep"):
    for number in range(60):
        xray_recorder.begin_subsegment(f"level {number}")
    for _ in range(60):
        xray_recorder.end_subsegment()
with xray_recorder.in_segment("wide"):
    for number in range(150):
        with xray_recorder.in_subsegment(f"child {number}"):
            pass
print("sent")
