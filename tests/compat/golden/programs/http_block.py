"""The http block: every member, None, unknown members, numbers as text, later values."""

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.models import http

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("http") as segment:
    segment.put_http_meta(http.URL, "https://shop.example/order?id=1")
    segment.put_http_meta(http.METHOD, "POST")
    segment.put_http_meta(http.USER_AGENT, "curl/8 (x; y)")
    segment.put_http_meta(http.CLIENT_IP, "203.0.113.9")
    segment.put_http_meta(http.X_FORWARDED_FOR, True)
    segment.put_http_meta(http.STATUS, 201)
    segment.put_http_meta(http.CONTENT_LENGTH, 512)
    print(segment.http)
    with xray_recorder.in_subsegment("odd values", namespace="remote") as call:
        call.put_http_meta("url", None)
        call.put_http_meta("unknown", "dropped")
        call.put_http_meta("method", "GET")
        call.put_http_meta("method", "PUT")
        call.put_http_meta("status", "404")
        call.put_http_meta("content_length", "12")
        print(call.http, call.error)
    with xray_recorder.in_subsegment("no status", namespace="remote") as call:
        call.put_http_meta("status", 0)
        call.put_http_meta("content_length", 0)
        call.put_http_meta("url", "")
    with xray_recorder.in_subsegment("by hand") as call:
        call.http["request"] = {"url": "http://by.hand/", "traced": True}
    try:
        call = xray_recorder.begin_subsegment("wrong")
        call.put_http_meta("status", "teapot")
    except ValueError as error:
        print(type(error).__name__)
    xray_recorder.end_subsegment()
