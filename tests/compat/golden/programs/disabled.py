"""AWS_XRAY_SDK_ENABLED=false: everything runs, nothing is recorded. Set before the import."""

import os

os.environ["AWS_XRAY_SDK_ENABLED"] = "false"

from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core import patch, patch_all, xray_recorder

print(global_sdk_config.sdk_enabled())
xray_recorder.configure(sampling=False, context_missing="RUNTIME_ERROR")
patch(("requests",))
patch_all()
with xray_recorder.in_segment("dropped") as segment:
    print(type(segment).__name__, segment.name, xray_recorder.is_sampled())
    with xray_recorder.in_subsegment("dropped too") as subsegment:
        print(type(subsegment).__name__, subsegment.name)
        xray_recorder.put_annotation("a", 1)
        xray_recorder.put_metadata("a", 1)
    print(type(xray_recorder.current_segment()).__name__)
    print(type(xray_recorder.current_subsegment()).__name__)
    print(type(xray_recorder.get_trace_entity()).__name__)
print(xray_recorder.capture("x")(lambda: "ran")())
print(
    xray_recorder.begin_segment().name, xray_recorder.end_segment(), xray_recorder.end_subsegment()
)
global_sdk_config.set_sdk_enabled(True)
print(global_sdk_config.sdk_enabled())
