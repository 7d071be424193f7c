"""What has been put on entities can be read from them, before and after they close."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

segment = xray_recorder.begin_segment("read back")
for name in ("id", "name", "trace_id", "parent_id", "sampled", "in_progress", "http", "aws",
             "annotations", "metadata", "cause", "subsegments", "user"):  # fmt: skip
    value = getattr(segment, name)
    print(name, type(value).__name__, len(value) if isinstance(value, str | list) else "")
print(*(hasattr(segment, name) for name in ("error", "fault", "throttle", "end_time", "namespace")))
subsegment = xray_recorder.begin_subsegment("one", "remote")
for name in ("namespace", "type", "sql", "parent_segment", "trace_id", "http", "annotations"):
    print(name, type(getattr(subsegment, name)).__name__)
subsegment.put_http_meta("url", "http://x/")
subsegment.put_http_meta("status", 418)
xray_recorder.end_subsegment()
xray_recorder.end_segment()
print(segment.subsegments[0].http, segment.subsegments[0].error)
print(segment.subsegments[0] is subsegment, subsegment.parent_segment is segment)
print(segment.ref_counter.get_current(), segment.get_total_subsegments_size())
print(str(segment).partition(" object")[0].rpartition(".")[2], segment == subsegment)
