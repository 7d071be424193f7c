"""requests, patched: statuses, errors, the tracing header; without a segment; not sampled."""

import logging

import requests
from _loopback import server
from aws_xray_sdk.core import patch, xray_recorder

logging.basicConfig(handlers=[logging.NullHandler()])
patch(("requests",))
patch(("requests",))
xray_recorder.configure(sampling=False)

with server() as address:
    with xray_recorder.in_segment("requests"):
        print(requests.get(f"{address}/order?id=1#part", timeout=5).json()["fields"])
        for status in (404, 429, 503):
            print(requests.post(f"{address}/status/{status}", data=b"x", timeout=5).status_code)
        with requests.Session() as session:
            print(
                session.put(f"{address}/a", timeout=5, headers={"X-Amzn-Trace-Id": "mine"}).json()
            )
        try:
            requests.get("http://127.0.0.1:9/", timeout=5)
        except requests.ConnectionError as error:
            print(type(error).__name__)
    print(requests.get(f"{address}/without", timeout=5).status_code)
    with xray_recorder.in_segment("not sampled", sampling=0):
        print(requests.get(f"{address}/unsampled", timeout=5).json()["fields"])
