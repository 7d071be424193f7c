"""otel-xray: the wrapper names our module as the handler's, and ours loads the function."""

import os

from awslambdaric.__main__ import main

os.environ["OTEL_XRAY_HANDLER"] = os.environ["_HANDLER"]
os.environ["_HANDLER"] = "otel_xray.aws_lambda.function.handler"
main(["", os.environ["_HANDLER"]])
