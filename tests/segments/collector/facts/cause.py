"""The cause section."""

from __future__ import annotations

from typing import Any

from otel_xray.model.span import EventData, StatusCode
from tests.segments.collector.facts.fact import Fact
from tests.segments.collector.gaps.gap import ABSENT, AWS_CALL
from tests.segments.making import make_span

TIME = 1_500_000_000_123_456_789
FAILURE: dict[str, Any] = {"http.response.status_code": 503, "aws.http.error_message": "slow down"}
FACTS = (
    Fact(
        "a failed attempt of the AWS SDK is an exception",
        make_span(AWS_CALL, events=[EventData("HTTP request failure", TIME, FAILURE)]),
        (0, "cause", "exceptions", 0, "message"),
        "503@1500000000.123456@slow down",
    ),
    *(
        Fact(
            f"its status may be {status!r}",
            make_span(
                AWS_CALL,
                events=[
                    EventData(
                        "HTTP request failure",
                        TIME,
                        {**FAILURE, "http.response.status_code": status},
                    )
                ],
            ),
            (0, "cause", "exceptions", 0, "message"),
            f"{printed}@1500000000.123456@slow down",
        )
        for status, printed in ((True, "true"), (None, ""), (2.0, "2"), (b"\x01", "AQ=="))
    ),
    Fact(
        "without its attributes the cause is empty",
        make_span(AWS_CALL, events=[EventData("HTTP request failure", TIME)]),
        (0, "cause"),
        {},
    ),
    Fact(
        "a failed span's message is an exception",
        make_span(status=StatusCode.ERROR, status_message="no"),
        (0, "cause", "exceptions", 0, "message"),
        "no",
    ),
    Fact(
        "or its status text",
        make_span({"http.status_text": "Gone"}, status=StatusCode.ERROR),
        (0, "cause", "exceptions", 0, "message"),
        "Gone",
    ),
    Fact(
        "or there is none",
        make_span(status=StatusCode.ERROR),
        (0, "cause"),
        ABSENT,
    ),
    Fact(
        "other events are not shown",
        make_span(events=[EventData("log", TIME)]),
        (0, "cause"),
        ABSENT,
    ),
)
