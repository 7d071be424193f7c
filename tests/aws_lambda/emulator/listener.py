"""An external extension that wants to know of the end and of nothing else."""

import http.client
import os
import sys
from pathlib import Path

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
api.request(
    "POST",
    "/2020-01-01/extension/register",
    '{"events": ["SHUTDOWN"]}',
    {"Lambda-Extension-Name": Path(sys.argv[0]).name, "Content-Type": "application/json"},
)
registered = api.getresponse()
registered.read()
identifier = registered.headers["Lambda-Extension-Identifier"]
api.request(
    "GET", "/2020-01-01/extension/event/next", headers={"Lambda-Extension-Identifier": identifier}
)
api.getresponse().read()
