"""X-Ray SDK: the function patches its libraries, and captures its handler."""

import os
from importlib import import_module

from aws_xray_sdk.core import patch_all, xray_recorder
from awslambdaric.__main__ import main

app = import_module("app")
patch_all()
app.handler = xray_recorder.capture("## handler")(app.handler)  # type: ignore[attr-defined]
main(["", os.environ["_HANDLER"]])
