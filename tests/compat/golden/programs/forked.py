"""A process that forks inside a segment: the child records in a segment of its own."""

import os

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("parent"), xray_recorder.in_subsegment("around"):
    child = os.fork()
    if not child:
        xray_recorder.clear_trace_entities()
        with xray_recorder.in_segment("child"), xray_recorder.in_subsegment("inside"):
            pass
        os._exit(0)
    print(os.waitpid(child, 0)[1])
with xray_recorder.in_segment("afterwards"):
    pass
