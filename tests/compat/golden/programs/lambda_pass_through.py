"""
A Lambda function whose header has a Root only: the original loses the trace.

Differences: X3
Printed: X3
"""

import os

os.environ["LAMBDA_TASK_ROOT"] = "/var/task"
os.environ["_X_AMZN_TRACE_ID"] = "Root=1-5759e988-bd862e3fe1be46a994272791;Lineage=a:0"

from aws_xray_sdk.core import xray_recorder

with xray_recorder.in_subsegment("handler") as subsegment:
    print(subsegment.trace_id == "1-5759e988-bd862e3fe1be46a994272791")
