"""What users set on the recorder's private parts: log groups for segments."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)
xray_recorder._aws_metadata["cloudwatch_logs"] = [{"log_group": "/orders"}]
xray_recorder._origin = "AWS::EKS::Container"
with xray_recorder.in_segment("logs") as segment:
    print(segment.aws["cloudwatch_logs"], segment.origin)
    with xray_recorder.in_subsegment("inside"):
        pass
