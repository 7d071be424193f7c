"""A Lambda function, invoked several times: its segment is not its own, subsegments are."""

import os

os.environ["LAMBDA_TASK_ROOT"] = "/var/task"
os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "orders"

from aws_xray_sdk.core import xray_recorder

print(type(xray_recorder.context).__name__, xray_recorder.streaming_threshold)
print(type(xray_recorder.sampler).__name__, xray_recorder.context.context_missing)


def header(number: int, sampled: int = 1) -> str:
    """Return the tracing header of an invocation."""
    root = f"1-5759e988-bd862e3fe1be46a99427279{number}"
    return f"Root={root};Parent=53995c3f42cd8ad{number};Sampled={sampled}"


def handler(number: int) -> None:
    """Work."""
    with xray_recorder.in_subsegment("## handler") as subsegment:
        subsegment.put_annotation("number", number)
        print(
            type(xray_recorder.current_segment()).__name__,
            subsegment.trace_id,
            subsegment.parent_id,
        )
        with xray_recorder.in_subsegment("inside", namespace="remote"):
            xray_recorder.put_metadata("number", number)
    if number == 2:
        raise ValueError("second")


for number in range(1, 4):
    os.environ["_X_AMZN_TRACE_ID"] = header(number)
    try:
        handler(number)
    except ValueError as error:
        print(repr(error))
os.environ["_X_AMZN_TRACE_ID"] = header(5, sampled=0)
print(xray_recorder.is_sampled(), xray_recorder.current_segment().trace_id)
handler(5)
os.environ["_X_AMZN_TRACE_ID"] = header(6)
segment = xray_recorder.begin_segment("discarded")
print(type(segment).__name__, xray_recorder.end_segment())
with xray_recorder.in_segment("discarded too"), xray_recorder.in_subsegment("kept"):
    pass
