"""Exceptions of the other side of a call, with stacks by hand; the flags that they set."""

import traceback

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("remote"):
    with xray_recorder.in_subsegment("call", namespace="remote") as call:
        call.add_exception(ConnectionError("reset"), [], remote=True)
        print(call.fault, call.cause["exceptions"][0].remote)
    with xray_recorder.in_subsegment("by keyword") as call:
        call.add_exception(exception=ValueError("x"), stack=None, remote=False)
    with xray_recorder.in_subsegment("current frames") as call:
        call.add_exception(ValueError("y"), traceback.extract_stack(limit=2))
    with xray_recorder.in_subsegment("frames by hand") as call:
        frames = [traceback.FrameSummary("/srv/app/shop.py", 12, "sell", line="x = 1")]
        call.add_exception(ValueError("z"), frames)
