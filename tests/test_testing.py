from __future__ import annotations

import pytest

from otel_xray import xray_recorder
from otel_xray.testing import Recording, recording


def test_a_missing_span_is_an_error_that_names_what_there_is(recorded: Recording) -> None:
    """Whoever asks for a span that was not recorded, or for one of two, sees all names."""
    with pytest.raises(AssertionError, match="0 spans named 'pay'; recorded: nothing"):
        recorded.span("pay")
    for _ in range(2):
        with xray_recorder.in_segment("shop"):
            pass
    with pytest.raises(AssertionError, match="2 spans named 'shop'; recorded: shop, shop"):
        recorded.span("shop")


def test_a_recording_starts_without_a_segment(recorded: Recording) -> None:
    """What was left open outside is not the parent of what is recorded inside."""
    with xray_recorder.in_segment("left open"):
        with recording() as inner, xray_recorder.in_segment("shop"):
            pass
        assert inner.span("shop").parent is None

    assert ["left open"] == [span.name for span in recorded.spans]
