"""What the answers of AWS services say."""

from __future__ import annotations

from typing import Any

import pytest

from otel_xray.instrument import aws_answers


def answer(status: int, code: str | None = None) -> dict[str, Any]:
    """Return an answer as botocore parses it."""
    error = {"Error": {"Code": code, "Message": "no"}} if code else {}
    return {"ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 0}, **error}


def test_metadata_becomes_attributes() -> None:
    """Status, request ids and retries are read where the answer has them."""
    metadata = {"HTTPStatusCode": 200, "RequestId": "R", "HostId": "H", "RetryAttempts": 2}
    assert aws_answers.attributes({"ResponseMetadata": metadata}) == {
        "http.response.status_code": 200,
        "aws.request_id": "R",
        "aws.extended_request_id": "H",
        "aws.xray.retries": 2,
    }
    assert aws_answers.attributes({}) == {}


@pytest.mark.parametrize(
    ("status", "code", "throttled"),
    [
        (400, "ThrottlingException", True),
        (403, "RequestLimitExceeded", True),
        (400, "ValidationException", False),
        (429, "TooManyRequestsException", False),
        (503, "SlowDown", False),
        (200, None, False),
    ],
)
def test_a_throttle_is_flagged_where_only_the_code_tells(
    status: int, code: str | None, throttled: bool
) -> None:
    """A throttling code with a 4xx other than 429 sets both flags of X-Ray; nothing else does."""
    found = aws_answers.attributes(answer(status, code))
    assert ("aws.xray.throttle" in found) is throttled
    assert ("aws.xray.error" in found) is throttled


def test_a_throttle_without_a_status_is_one() -> None:
    """A throttling code counts when no status code says anything else."""
    assert aws_answers.is_throttle("Throttling", None)
