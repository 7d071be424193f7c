"""A Lambda function's own segment, which the original does not let anybody change."""

import os

os.environ["LAMBDA_TASK_ROOT"] = "/var/task"
os.environ["_X_AMZN_TRACE_ID"] = (
    "Root=1-5759e988-bd862e3fe1be46a994272791;Parent=53995c3f42cd8ad1;Sampled=1"
)

from aws_xray_sdk.core import xray_recorder

for name, call in {
    "annotation": lambda: xray_recorder.put_annotation("a", 1),
    "metadata": lambda: xray_recorder.put_metadata("a", 1),
    "user": lambda: xray_recorder.current_segment().set_user("u"),
    "close": lambda: xray_recorder.current_segment().close(),
}.items():
    try:
        print(name, call())
    except Exception as error:
        print(name, type(error).__name__)
with xray_recorder.in_subsegment("inside") as subsegment:
    subsegment.put_annotation("works", True)
