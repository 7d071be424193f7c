"""Powertools' Tracer in a Lambda function: handler, methods, responses, exceptions, cold start."""

import os

os.environ.update(
    LAMBDA_TASK_ROOT="/var/task", AWS_LAMBDA_FUNCTION_NAME="orders", POWERTOOLS_SERVICE_NAME="shop",
    AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)  # fmt: skip
os.environ["_X_AMZN_TRACE_ID"] = (
    "Root=1-5759e988-bd862e3fe1be46a994272791;Parent=53995c3f42cd8ad1;Sampled=1"
)

from aws_lambda_powertools import Tracer

tracer = Tracer(auto_patch=False)


@tracer.capture_method
def check(item: str) -> dict:
    """Return a dict."""
    tracer.put_annotation("item", item)
    tracer.put_metadata("stock", {"item": item, "count": 3})
    if item == "none":
        raise LookupError(item)
    return {"item": item}


@tracer.capture_method(capture_response=False)
def quiet() -> str:
    """Return a text that is not recorded."""
    return "quiet"


@tracer.capture_lambda_handler
def handler(event: dict, context: object) -> dict:
    """Handle."""
    quiet()
    return check(event["item"])


for item in ("book", "pen", "none"):
    try:
        print(handler({"item": item}, None))
    except LookupError as error:
        print(repr(error))
