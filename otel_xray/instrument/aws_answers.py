"""What the answer of an AWS service says about the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, Union

from otel_xray.model import keys
from otel_xray.model.status import ERRORS, THROTTLED

Found: TypeAlias = dict[str, Union[str, int, bool]]

EXTENDED_REQUEST_ID = "aws.extended_request_id"

# AWS services answer many throttled calls with 400; then only the code tells.
THROTTLES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
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
    }
)


def attributes(answer: Mapping[str, Any]) -> Found:
    """
    Return what the members ``ResponseMetadata`` and ``Error`` of *answer* say.

    Args:
        answer: a parsed answer, as botocore returns it or as ``ClientError.response`` holds it.
    """
    metadata: Mapping[str, Any] = answer.get("ResponseMetadata") or {}
    found: Found = {
        attribute: metadata[member] for member, attribute in _METADATA if metadata.get(member)
    }
    if "RetryAttempts" in metadata:
        found[keys.RETRIES] = metadata["RetryAttempts"]
    code = error_code(answer)
    if is_throttle(code, found.get(keys.HTTP_STATUS)):
        found |= {keys.THROTTLE: True, keys.ERROR: True}
    return found


def error_code(answer: Mapping[str, Any]) -> str:
    """Return the AWS error code of *answer*, empty when it is no error."""
    error: Mapping[str, Any] = answer.get("Error") or {}
    return str(error.get("Code") or "")


def is_throttle(code: str, status: object) -> bool:
    """Say whether a service refused a call because of too many, other than by 429 or a 5xx."""
    expressed = isinstance(status, int) and (status == THROTTLED or status not in ERRORS)
    return code in THROTTLES and not expressed


_METADATA = (
    ("HTTPStatusCode", keys.HTTP_STATUS),
    ("RequestId", keys.AWS_REQUEST_ID),
    ("HostId", EXTENDED_REQUEST_ID),
)
