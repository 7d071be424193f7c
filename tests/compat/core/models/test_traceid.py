from __future__ import annotations

import re
import time

from tests.compat.core.loading import core


def test_a_trace_id_begins_with_the_time(alias: None) -> None:
    """Version, seconds in hex, 96 random bits: 35 characters, never the same."""
    made = [core("models.traceid").TraceId() for _ in range(2)]

    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", made[0].to_id())
    assert int(made[0].to_id()[2:10], 16) == made[0].start_time
    assert abs(made[0].start_time - time.time()) <= 1
    assert made[0].to_id() == made[0].to_id()
    assert made[0].to_id() != made[1].to_id()


def test_the_id_of_no_trace_is_zeros(alias: None) -> None:
    """It has the form of a trace id."""
    assert (
        "1-00000000-000000000000000000000000" == core("models.noop_traceid").NoOpTraceId().to_id()
    )
