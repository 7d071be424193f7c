"""What arrives in the body of an SQS message when another service has sent it there."""

from __future__ import annotations

from otel_xray.carriers import eventbridge, sns, w3c
from otel_xray.carriers.carried import NOTHING, Carried
from otel_xray.carriers.values import parsed


def read(body: str) -> Carried:
    """
    Return what a notification of SNS or an event of EventBridge in *body* carries.

    A body is parsed only when the name of a carrier's field stands in it.
    """
    if w3c.TRACEPARENT not in body:
        return NOTHING
    content = parsed(body)
    if content.get("Type") == sns.NOTIFICATION:
        return sns.read(content)
    return eventbridge.read(content) if eventbridge.DETAIL_TYPE in content else NOTHING
