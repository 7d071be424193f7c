"""Entities as dicts and as JSON: which members, in which order."""

import json

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("dicts") as segment:
    segment.put_http_meta("status", 200)
    segment.set_user("u")
    segment.save_origin_trace_header("header")
    with xray_recorder.in_subsegment("one") as one:
        one.put_annotation("a", 1)
        one.put_metadata("m", {"k": (1, 2)})
        print(list(one.to_dict()), one.to_dict()["metadata"])
    try:
        with xray_recorder.in_subsegment("two") as two:
            raise ValueError("x")
    except ValueError:
        print(list(two.to_dict()["cause"]), list(two.to_dict()["cause"]["exceptions"][0]))
    print(list(segment.to_dict()), [list(sub) for sub in segment.to_dict()["subsegments"]])
print(list(segment.to_dict()), segment.to_dict()["in_progress"])
text = segment.serialize()
print(type(text).__name__, list(json.loads(text)) == list(segment.to_dict()))
print(segment.get_origin_trace_header(), one.get_origin_trace_header())
