from __future__ import annotations

import pytest

from otel_xray.console.server.complaints import INTERVAL, Complaints


def test_one_line_an_interval_is_written_and_the_rest_counted() -> None:
    """A flood of bad datagrams is one line, and the next one says how many there were."""
    lines: list[str] = []
    now = 0.0
    complaints = Complaints(lines.append, lambda: now)
    for number in range(5):
        complaints.add(f"bad {number}")
    now = INTERVAL
    complaints.add("worse\nstill")
    now = 2 * INTERVAL
    complaints.add("last 100%")
    assert lines == [
        "otel-xray console: bad 0",
        "otel-xray console: worse still (and 4 more like it before)",
        "otel-xray console: last 100%",
    ]


def test_complaints_are_warnings_of_our_logger(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever configures logging finds them under the console's name."""
    Complaints().add("a 100% bad datagram")
    assert [("otel_xray.console", 30, "otel-xray console: a 100% bad datagram")] == (
        caplog.record_tuples
    )
