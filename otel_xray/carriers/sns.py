"""
Notifications of SNS.

X-Ray's tracing header travels with the request (the instrumentation of botocore sees to it), not
in the notification; message attributes carry W3C Trace Context.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otel_xray.carriers import attributes, sender
from otel_xray.carriers.carried import Carried
from otel_xray.carriers.values import at, mapping

NOTIFICATION = "Notification"  # the Type of what SNS puts into the body of a message of SQS


def inject(message: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a notification that names the current span as its sender.

    Args:
        message: arguments of ``publish``, or an entry of ``publish_batch``. It gets no more than
            ten attributes: SNS would not deliver it to SQS otherwise.
    """
    span = sender.current()
    return dict(message) if span is None else attributes.write(message, span)


def read(record: object) -> Carried:
    """
    Return what a notification carries.

    Args:
        record: of Lambda, or what SNS sends to SQS and HTTP.
    """
    notification = mapping(record).get("Sns", record)
    return Carried(attributes.read(at(notification, "MessageAttributes")))
