"""Namespaces of subsegments, known and unknown."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("namespaces"):
    for namespace in ("local", "remote", "aws", "own", ""):
        with xray_recorder.in_subsegment(f"in {namespace}", namespace=namespace) as subsegment:
            print(repr(subsegment.namespace))
    xray_recorder.begin_subsegment("positional", "remote")
    xray_recorder.end_subsegment()
