"""What the answer of an AWS service says about the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, Union

from otel_xray.model import keys
from otel_xray.model.status import ERRORS, THROTTLED

Found: TypeAlias = dict[str, Union[str, int, bool]]

EXTENDED_REQUEST_ID = "aws.extended_request_id"

# AWS services answer many throttled calls with 400, S3 with 503; then only the code tells.
THROTTLES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


def attributes(answer: Mapping[str, Any]) -> Found:
    """
    Return what the members ``ResponseMetadata`` and ``Error`` of *answer* say.

    Args:
        answer: a parsed answer, as botocore returns it or as ``ClientError.response`` holds it.
    """
    metadata: Mapping[str, Any] = answer.get("ResponseMetadata") or {}
    found: Found = {}
    for member, attribute in _METADATA:
        value = metadata.get(member)
        if value:
            found[attribute] = value
    if "Error" in answer:
        found.update(_throttle(error_code(answer), found.get(keys.HTTP_STATUS)))
    return found


def error_code(answer: Mapping[str, Any]) -> str:
    """Return the AWS error code of *answer*, empty when it is no error."""
    error: Mapping[str, Any] = answer.get("Error") or {}
    return str(error.get("Code") or "")


def _throttle(code: str, status: object) -> Found:
    """
    Return the flags of a call that was refused because there were too many.

    With 429 the status says it. A 5xx stays the fault that X-Ray makes of it, and is a throttle
    besides.
    """
    if code not in THROTTLES or status == THROTTLED:
        return {}
    found: Found = {keys.THROTTLE: True}
    if status is None or status in ERRORS:
        found[keys.ERROR] = True
    return found


_METADATA = (
    ("HTTPStatusCode", keys.HTTP_STATUS),
    ("RequestId", keys.AWS_REQUEST_ID),
    ("HostId", EXTENDED_REQUEST_ID),
    ("RetryAttempts", keys.RETRIES),  # none is the rule, and not said
)
