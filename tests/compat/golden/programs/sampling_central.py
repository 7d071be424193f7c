"""The first request is sampled by local rules; then those of the daemon hold."""

import time

from aws_xray_sdk.core import xray_recorder

with xray_recorder.in_segment("first"):
    print(xray_recorder.is_sampled(), type(xray_recorder.sampler).__name__)
deadline = time.time() + 10
while xray_recorder.sampler.should_trace({"service": "waiting"}) != "Default":
    if time.time() > deadline:
        print("no rules have come")
        break
    time.sleep(0.05)
for number in range(5):
    with xray_recorder.in_segment(f"by central rules {number}"):
        print(xray_recorder.is_sampled())
