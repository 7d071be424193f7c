"""A server that answers for sampling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sampling.service_double import SamplingServer, serving


@pytest.fixture
def server() -> Iterator[SamplingServer]:
    """Serve X-Ray's two operations for sampling."""
    with serving() as running:
        yield running
