from __future__ import annotations

from typing import Any

import pytest

from otel_xray.model.span import StatusCode
from tests.segments.making import encode

ERROR = {"aws.xray.error": True}
THROTTLE = {"aws.xray.throttle": True}
FAULT = {"aws.xray.fault": True}


@pytest.mark.parametrize(
    ("status", "code", "attributes", "expected"),
    [
        (StatusCode.UNSET, None, {}, set()),
        (StatusCode.ERROR, None, {}, {"fault"}),
        (StatusCode.OK, 200, {}, set()),
        (StatusCode.OK, 404, {}, {"error"}),
        (StatusCode.ERROR, 404, {}, {"error"}),
        (StatusCode.UNSET, 429, {}, {"error", "throttle"}),
        (StatusCode.OK, 500, {}, {"fault"}),
        (StatusCode.ERROR, 599, {}, {"fault"}),
        (StatusCode.ERROR, 200, {}, {"fault"}),
        (StatusCode.ERROR, 600, {}, {"fault"}),
        (StatusCode.UNSET, None, ERROR, {"error"}),
        (StatusCode.ERROR, None, ERROR, {"error"}),
        (StatusCode.ERROR, None, THROTTLE, {"throttle"}),
        (StatusCode.ERROR, None, {**THROTTLE, **ERROR}, {"throttle", "error"}),
        (StatusCode.ERROR, None, {**FAULT, **ERROR}, {"fault", "error"}),
        (StatusCode.UNSET, None, FAULT, {"fault"}),
        (StatusCode.ERROR, None, {"aws.xray.fault": False}, set()),
        (StatusCode.UNSET, 404, {"aws.xray.error": False}, set()),
        (StatusCode.UNSET, 500, ERROR, {"error", "fault"}),
    ],
)
def test_flags_follow_from_the_status_or_are_stated(
    status: StatusCode, code: int | None, attributes: dict[str, Any], expected: set[str]
) -> None:
    """HTTP codes decide, then what X-Ray code stated, then the span's status."""
    given = {**attributes, **({} if code is None else {"http.response.status_code": code})}
    document = encode(given, status=status)

    assert expected == {flag for flag in ("error", "throttle", "fault") if document.get(flag)}
    assert "metadata" not in document


def test_only_true_flags_are_written() -> None:
    """A flag that is false is not in the document."""
    assert not {"error", "throttle", "fault"} & encode({"http.status_code": 200}).keys()


def test_a_flag_that_is_no_boolean_stays_metadata() -> None:
    """Text states nothing."""
    document = encode({"aws.xray.error": "yes"})

    assert "error" not in document
    assert document.get("metadata") == {"default": {"aws.xray.error": "yes"}}
