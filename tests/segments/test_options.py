from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider

from otel_xray.errors import ConfigurationError
from otel_xray.segments import from_span
from otel_xray.segments.options import EncodeOptions


def test_an_unknown_mode_is_refused_at_once() -> None:
    """The error quotes the mode and names those that there are."""
    mode: Any = "exact"

    with pytest.raises(ConfigurationError, match="'exact'; write 'full' or 'collector'"):
        EncodeOptions(compatibility=mode)


def test_the_mode_is_chosen_by_from_span() -> None:
    """from_span() writes all that a span says, or what the collector writes."""
    span = TracerProvider().get_tracer("test").start_span("work", attributes={"db.name": "shop"})
    span.end()
    assert isinstance(span, ReadableSpan)
    (full,) = from_span(span)
    (collector,) = from_span(span, compatibility="collector")

    assert (full["name"], "fault" in full) == ("work", False)
    assert (collector["name"], collector["fault"]) == ("shop", False)
