"""otel-xray: the wrapper names our module as the handler's, and ours loads the function."""

import os
from importlib import import_module

import awslambdaric.bootstrap

client = awslambdaric.bootstrap
os.environ["OTEL_XRAY_HANDLER"] = os.environ["_HANDLER"]
app = import_module("otel_xray.aws_lambda.function")
os._exit(0)
