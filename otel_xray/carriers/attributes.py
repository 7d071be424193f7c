"""Message attributes of SQS and SNS, in the spelling of whoever hands them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.trace import SpanContext

from otel_xray.carriers import w3c
from otel_xray.carriers.values import at, either, optional

LIMIT = 10  # SQS takes no more on a message, and SNS delivers no more to it

_PARAMETER = "MessageAttributes"


def read(attributes: object) -> SpanContext | None:
    """
    Return the span that message attributes name.

    Args:
        attributes: ``{"traceparent": {"stringValue": …}}`` as Lambda has them for SQS,
            ``StringValue`` as boto3 does, ``Value`` in a notification of SNS.
    """
    return w3c.parse(
        {
            key: either(at(attributes, key), "stringValue", "StringValue", "Value")
            for key in w3c.FIELDS
        }
    )


def write(parameters: Mapping[str, Any], span: SpanContext) -> dict[str, Any]:
    """
    Return *parameters* of a message with attributes that name *span*, as long as there is room.

    Args:
        parameters: of one message, with its attributes under ``MessageAttributes``, if any.
        span: must be valid.
    """
    own = optional(parameters.get(_PARAMETER))
    if own is None:
        return dict(parameters)  # botocore shall say what is wrong with it
    others = {key: value for key, value in own.items() if key not in w3c.FIELDS}
    room = max(LIMIT - len(others), 0)
    fields = list(w3c.fields(span).items())[:room]
    added = {key: {"DataType": "String", "StringValue": value} for key, value in fields}
    return {**parameters, _PARAMETER: {**others, **added}} if added else dict(parameters)
