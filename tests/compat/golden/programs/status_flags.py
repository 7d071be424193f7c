"""Status codes and the flags that follow from them; flags set by hand."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("statuses") as segment:
    for status in (100, 200, 301, 399, 400, 404, 429, 499, 500, 503, 599, 600):
        with xray_recorder.in_subsegment(str(status), namespace="remote") as call:
            call.put_http_meta("status", status)
            print(status, *(hasattr(call, flag) for flag in ("error", "throttle", "fault")))
    for flag in ("throttle", "fault", "error"):
        with xray_recorder.in_subsegment(flag) as call:
            getattr(call, f"add_{flag}_flag")()
    with xray_recorder.in_subsegment("applied") as call:
        call.apply_status_code(None)
        call.apply_status_code(429)
        call.apply_status_code(500)
    with xray_recorder.in_subsegment("assigned") as call:
        call.fault = False
        call.error = True
    segment.add_fault_flag()
