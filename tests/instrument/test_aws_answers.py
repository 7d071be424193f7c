"""What the answers of AWS services say."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.retries.standard import ThrottledRetryableChecker

from otel_xray.instrument import aws_answers


def answer(status: int | None, code: str | None = None) -> dict[str, Any]:
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
    ("status", "code", "flags"),
    [
        (400, "ThrottlingException", {"aws.xray.throttle", "aws.xray.error"}),
        (403, "RequestLimitExceeded", {"aws.xray.throttle", "aws.xray.error"}),
        (None, "Throttling", {"aws.xray.throttle", "aws.xray.error"}),
        (503, "SlowDown", {"aws.xray.throttle"}),
        (400, "ValidationException", set()),
        (429, "TooManyRequestsException", set()),
        (500, "InternalServerError", set()),
        (200, None, set()),
    ],
)
def test_a_throttle_is_flagged_where_only_the_code_tells(
    status: int | None, code: str | None, flags: set[str]
) -> None:
    """A throttling code is a throttle, and an error unless the status makes it a fault."""
    found = aws_answers.attributes(answer(status, code))
    assert flags == {name for name, value in found.items() if value is True}


def test_throttles_are_the_codes_that_botocore_retries_as_such() -> None:
    """The table is botocore's."""
    checker: Any = ThrottledRetryableChecker
    assert set(checker._THROTTLED_ERROR_CODES) == aws_answers.THROTTLES
