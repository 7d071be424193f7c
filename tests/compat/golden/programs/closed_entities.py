"""
What entities do after they have been closed.

Differences: X7
"""

import time

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with (
    xray_recorder.in_segment("closed") as segment,
    xray_recorder.in_subsegment("one") as subsegment,
):
    pass

CALLS = {
    "close": lambda one: one.close(),
    "annotation": lambda one: one.put_annotation("a", 1),
    "metadata": lambda one: one.put_metadata("a", 1),
    "http": lambda one: one.put_http_meta("status", 500),
    "http of None": lambda one: one.put_http_meta("status", None),
    "aws": lambda one: one.set_aws({}),
    "status": lambda one: one.apply_status_code(500),
    "status of None": lambda one: one.apply_status_code(None),
    "exception": lambda one: one.add_exception(ValueError("x"), []),
    "child": lambda one: one.add_subsegment(subsegment),
    "fault": lambda one: one.add_fault_flag(),
    "sql": lambda one: one.set_sql({}),
    "user": lambda one: one.set_user("u"),
    "service": lambda one: one.set_service({}),
    "rule": lambda one: one.set_rule_name("r"),
    "name": lambda one: setattr(one, "name", "renamed"),
}
for one in (segment, subsegment):
    for name, call in CALLS.items():
        try:
            print(name, "returns", call(one))
        except Exception as error:
            print(name, "raises", type(error).__name__, error if name != "sql" else "")
print(segment.end_time <= time.time(), segment.in_progress, subsegment.in_progress)

open_one = xray_recorder.begin_segment("closed by hand")
inside = xray_recorder.begin_subsegment("closed by hand too")
inside.close()
try:
    xray_recorder.end_subsegment()
except Exception as error:
    print(type(error).__name__)
xray_recorder.clear_trace_entities()
