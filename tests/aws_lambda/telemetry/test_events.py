"""Reading what the platform posts, however strange it may be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.aws_lambda.telemetry import events
from otel_xray.aws_lambda.telemetry.events import Event, parse_time

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)
GOOD = {"time": "2022-10-12T00:00:00.000Z", "type": "platform.start", "record": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("2022-10-12T00:00:00Z", 0),
        ("2022-10-12T00:00:00.000Z", 0),
        ("2022-10-12T00:00:00.5Z", 500_000_000),
        ("2022-10-12T00:00:01.123456789Z", 1_123_456_789),
        ("2022-10-12T00:00:00.1234567899Z", 123_456_789),
        ("2022-10-12T00:00:00.001+00:00", 1_000_000),
    ],
)
def test_times_are_read_with_any_number_of_decimals(text: str, nanoseconds: int) -> None:
    """Whole seconds, milliseconds and nanoseconds are exact; what is finer is cut off."""
    assert 1_665_532_800_000_000_000 + nanoseconds == parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        None,
        12,
        "",
        "Z",
        "2022-10-12",
        "2022-10-12T00:00:00",
        "2022-10-12T00:00:00.Z",
        "2022-10-12T00:00:00.1",
        "2022-10-12T00:00:00.x1Z",
        "2022-10-12T00:00:00,1Z",
        "2022-13-12T00:00:00Z",
        "2022-10-12T00:00:00+01:00",
        "0001-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time_is_none(text: object) -> None:
    """Other types, dates alone, other zones and times before the epoch are no times."""
    assert parse_time(text) is None


def test_a_good_event_is_found_among_strange_ones() -> None:
    """What is no event of the platform is left out, and hides nothing."""
    strange: list[object] = [
        None,
        1,
        [],
        {},
        {**GOOD, "time": "yesterday"},
        {**GOOD, "type": "function"},
        {**GOOD, "type": 3},
        {**GOOD, "record": "text"},
        {"type": "platform.start"},
    ]
    body = json.dumps([*strange, GOOD, *strange]).encode()

    assert [Event("start", 1_665_532_800_000_000_000, {"a": 1})] == events.parse(body)


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[" * 100_000, b"null", b"[1e999]"])
def test_a_body_that_is_no_json_holds_no_events(body: bytes) -> None:
    """Nothing, no text, cut-off and bottomless JSON are read as no events."""
    assert [] == events.parse(body)


@given(JSON)
def test_any_json_is_read(document: object) -> None:
    """Whatever JSON says, reading it ends with a list of events."""
    assert isinstance(events.parse(json.dumps([document, GOOD]).encode()), list)
