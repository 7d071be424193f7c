"""Which services carry the context of a sender, where, and by which module of this package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from otel_xray.carriers.carried import Carried


class Service(NamedTuple):
    """
    A service, as the documentation shows it.

    Attributes:
        title: its name, for people.
        xray: where X-Ray's tracing header travels; empty where it does not.
        w3c: where W3C Trace Context travels.
        asked: the argument of ``inject`` that asks for W3C Trace Context; empty where calling
            ``inject`` does, None where there is nothing to be injected by hand.
    """

    title: str
    xray: str
    w3c: str
    asked: str | None = ""


# The name is that of the module in this package, which has `read`, and `inject` where something
# can be written. Modules are loaded when they are needed: a function has one trigger or two.
SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "sqs": Service(
            "SQS",
            "system attribute `AWSTraceHeader`",
            "message attributes; also those of a notification of SNS, and the `_otel` of an event "
            "of EventBridge, in the body",
            "message_attributes=True",
        ),
        "sns": Service("SNS", "", "message attributes"),
        "eventbridge": Service(
            "EventBridge", "`TraceHeader` of the entry", "`_otel` in the detail", "detail=True"
        ),
        "step_functions": Service(
            "Step Functions", "argument `traceHeader`", "`_otel` in the input", "payload=True"
        ),
        "kinesis": Service("Kinesis", "", "`_otel` in a JSON object, or an envelope"),
        "dynamodb_streams": Service("DynamoDB streams", "", "attribute `_otel` of the item"),
        "s3": Service("S3", "", "metadata of the object"),
        "lambda_invoke": Service(
            "Lambda `Invoke`",
            "`custom` of the client context",
            "`custom` of the client context; `context.w3c()`",
        ),
        "http": Service(
            "API Gateway, load balancers, function URLs, AppSync",
            "header `X-Amzn-Trace-Id`",
            "headers",
            None,
        ),
        "kafka": Service("Kafka", "header `X-Amzn-Trace-Id`", "headers of the record", None),
    }
)


def read(service: str, message: object) -> Carried:
    """
    Return what *message* carries.

    Args:
        service: a name in `SERVICES`.
        message: of any shape.
    """
    reader: Callable[[object], Carried] = import_module(f"otel_xray.carriers.{service}").read
    return reader(message)
