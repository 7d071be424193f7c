"""Segments that are not sampled, and subsegments without sampling in one that is."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("no", sampling=0) as segment:
    print(type(segment).__name__, segment.sampled, segment.name, xray_recorder.is_sampled())
    segment.put_annotation("a", 1)
    segment.put_metadata("a", 1)
    segment.put_http_meta("status", 500)
    segment.set_user("nobody")
    segment.set_aws({"a": 1})
    with xray_recorder.in_subsegment("inside") as subsegment:
        print(type(subsegment).__name__, subsegment.namespace, subsegment.sampled)
        subsegment.put_annotation("a", 1)
        subsegment.set_sql({})
        subsegment.add_exception(ValueError("x"), [])
        print(subsegment.annotations, subsegment.cause, subsegment.serialize())
    print(segment.annotations, segment.metadata, segment.http, segment.user, segment.serialize())
    print([one.name for one in segment.subsegments])
with xray_recorder.in_segment("yes"), xray_recorder.in_subsegment("sampled"):
    pass
xray_recorder.configure(streaming_threshold=0)
with xray_recorder.in_segment("streamed"):
    with xray_recorder.in_subsegment("sampled too"):
        pass
    xray_recorder.begin_subsegment_without_sampling("unsampled")
    with xray_recorder.in_subsegment("in it") as subsegment:
        print(subsegment.sampled, type(subsegment).__name__)
    xray_recorder.end_subsegment()
