"""http.client, patched: two subsegments for each request, one for each reading."""

import http.client
import urllib.request

from _loopback import server
from aws_xray_sdk.core import patch, xray_recorder
from aws_xray_sdk.ext.httplib import add_ignored, reset_ignored

patch(("httplib",))
xray_recorder.configure(sampling=False)

with server() as address:
    host = address.removeprefix("http://")
    with xray_recorder.in_segment("http.client"):
        connection = http.client.HTTPConnection(host, timeout=5)
        connection.request("GET", "/order?id=1")
        response = connection.getresponse()
        print(response.status, len(response.read()) > 0)
        connection.close()
    with xray_recorder.in_segment("urllib"):
        with urllib.request.urlopen(f"{address}/page") as response:
            print(response.status)
        try:
            urllib.request.urlopen(f"{address}/status/500")
        except OSError as error:
            print(type(error).__name__)
    with xray_recorder.in_segment("ignored"):
        add_ignored(urls=["/health"])
        for path in ("/health", "/other"):
            with urllib.request.urlopen(f"{address}{path}") as response:
                print(response.status)
        reset_ignored()
