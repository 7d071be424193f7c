"""A Lambda function that forgets to end a subsegment: the next invocation begins anew."""

import os

os.environ["LAMBDA_TASK_ROOT"] = "/var/task"

from aws_xray_sdk.core import xray_recorder


def invoke(number: int) -> None:
    """Set the header of an invocation."""
    os.environ["_X_AMZN_TRACE_ID"] = (
        f"Root=1-5759e988-bd862e3fe1be46a99427279{number};Parent=53995c3f42cd8ad{number};Sampled=1"
    )


invoke(1)
forgotten = xray_recorder.begin_subsegment("forgotten")
invoke(2)
print(xray_recorder.current_subsegment(), forgotten.in_progress)
with xray_recorder.in_subsegment("second") as second:
    print(second.parent_id, second.trace_id)
