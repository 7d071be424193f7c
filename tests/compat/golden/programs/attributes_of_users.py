"""Attributes that an application sets on entities become members of the document."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("attributes") as segment:
    segment.own = "text"
    segment.nothing = None
    segment.empty = ""
    segment.off = False
    segment.nested = {"a": [1, 2]}
    with xray_recorder.in_subsegment("one", namespace="remote") as subsegment:
        subsegment.precursor_ids = ["0123456789abcdef"]
        subsegment.traced = True
        subsegment.number = 0
        del subsegment.sql
    segment.inferred = True
    print(segment.own, subsegment.traced)
