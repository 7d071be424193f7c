"""
A Lambda function before its first invocation: there is no header yet, and it is not complete.

Differences: X3
Printed: X3
"""

import logging
import os

os.environ["LAMBDA_TASK_ROOT"] = "/var/task"
logging.basicConfig(handlers=[logging.NullHandler()])

from aws_xray_sdk.core import xray_recorder

with xray_recorder.in_subsegment("while initialising") as subsegment:
    print(type(subsegment).__name__)
for header in ("", "nonsense", "Root=1-5759e988-bd862e3fe1be46a994272791"):
    os.environ["_X_AMZN_TRACE_ID"] = header
    with xray_recorder.in_subsegment("no parent") as subsegment:
        print(repr(header), type(subsegment).__name__, xray_recorder.is_sampled())
