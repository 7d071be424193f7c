"""What a handler has answered to its trigger."""

from __future__ import annotations

from typing import NamedTuple

from opentelemetry.util.types import AttributeValue

from otel_xray.aws_lambda.events.trigger import Attributes, Trigger
from otel_xray.carriers.values import NOTHING, items, mapping, text
from otel_xray.instrument.shield import Shield
from otel_xray.model import keys
from otel_xray.model.status import FAULTS

FAILURES = "batchItemFailures"
ITEM = "itemIdentifier"
FAILURES_SHOWN = 20

FAILED_ITEMS = "aws.xray.batch_item_failures"  # how many
FAILED_IDS = "aws.xray.batch_item_failure_ids"  # which, the first ones

_OK = 200
# API Gateway takes whatever is no response for the body of one (payload of version 2.0).
_LENIENT = frozenset({"api_gateway_http", "function_url"})
_STATUS = range(100, 600)

_shield = Shield("looking at what the handler has answered")


class Answer(NamedTuple):
    """
    What an answer means for the handler's span.

    Attributes:
        attributes: of the span. A status code is all that X-Ray needs for error and throttle.
        is_fault: the span has failed: the status is 5xx.
    """

    attributes: Attributes = NOTHING
    is_fault: bool = False


def answered(trigger: Trigger, response: object) -> Answer:
    """
    Return what *response* says of an invocation.

    Args:
        trigger: its cause.
        response: what the handler returned, of any shape.
    """
    answer = Answer()
    with _shield:
        if trigger.kind == "http":
            answer = _http(trigger, response)
        elif trigger.records:
            answer = _batch(response)
    return answer


def _http(trigger: Trigger, response: object) -> Answer:
    code = _status(trigger, response)
    if code not in _STATUS:
        return Answer()
    attributes: dict[str, AttributeValue] = {keys.HTTP_STATUS: code}
    if code in FAULTS:
        attributes[keys.ERROR_TYPE] = str(code)
    return Answer(attributes, code in FAULTS)


def _status(trigger: Trigger, response: object) -> int:
    """Return the status code; 0 where none is stated and none results."""
    members = mapping(response)
    if "statusCode" not in members:
        return _OK if trigger.source in _LENIENT else 0
    stated: object = members["statusCode"]
    if isinstance(stated, str) and stated.isascii() and stated.isdigit():
        stated = int(stated[:4])
    return stated if type(stated) is int else 0


def _batch(response: object) -> Answer:
    failed = items(mapping(response).get(FAILURES))
    if not failed:
        return Answer()
    ids = [text(mapping(one).get(ITEM)) for one in failed[:FAILURES_SHOWN]]
    return Answer({FAILED_ITEMS: len(failed), FAILED_IDS: ids})
