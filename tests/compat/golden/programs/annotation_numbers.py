"""
Numbers that JSON has no form for: NaN and infinity as annotations and metadata.

Differences: X13
"""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("numbers") as segment:
    segment.put_annotation("tiny", 1e-300)
    segment.put_annotation("huge", 1e300)
    segment.put_metadata("huge", 2**100)
    segment.put_metadata("third", 1 / 3)
    with xray_recorder.in_subsegment("nan") as subsegment:
        subsegment.put_annotation("nan", float("nan"))
        subsegment.put_metadata("infinity", float("inf"))
        print(subsegment.annotations)
