"""Two recorders, each with its own service, context and emitter."""

from aws_xray_sdk.core import AWSXRayRecorder, xray_recorder
from aws_xray_sdk.core.async_recorder import AsyncAWSXRayRecorder

xray_recorder.configure(sampling=False, service="one")
other = AWSXRayRecorder()
other.configure(sampling=False, service="two")
third = AsyncAWSXRayRecorder()
third.configure(sampling=False, service="three")

with xray_recorder.in_segment() as one:
    print(other.get_trace_entity())
    with other.in_segment() as two:
        print(two.name, one.trace_id == two.trace_id)
        with xray_recorder.in_subsegment("of one"), other.in_subsegment("of two") as subsegment:
            print(subsegment.parent_segment is two)
        with third.in_segment(), third.in_subsegment("of three"):
            third.put_annotation("recorder", 3)
            xray_recorder.put_annotation("recorder", 1)
    print(xray_recorder.current_segment() is one)
