"""Fixtures: a current span that messages name as their sender."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.trace import SpanContext

from tests.carriers.spans import sending


@pytest.fixture
def sender() -> Iterator[SpanContext]:
    """Run the test inside a span."""
    with sending() as span:
        yield span
