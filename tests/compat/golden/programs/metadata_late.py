"""Metadata is turned into JSON when it is sent: what changes before that is seen."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("late") as segment:
    order = {"state": "new"}
    items = [1]
    segment.put_metadata("order", order)
    with xray_recorder.in_subsegment("open") as subsegment:
        subsegment.put_metadata("items", items)
        items.append(2)
    order["state"] = "paid"
    print(segment.metadata["default"]["order"] is order)
