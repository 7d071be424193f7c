"""The real collector, one for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.segments.collector import process
from tests.segments.collector.process import Pipeline
from tests.segments.collector.vocabulary import VARIANTS


@pytest.fixture(scope="session")
def binary() -> str:
    """Find the collector; without one skip, or fail where OTEL_XRAY_REQUIRE asks for it."""
    found, reason = process.find_binary()
    if not found:
        if "collector" in os.environ.get("OTEL_XRAY_REQUIRE", "").split(","):
            pytest.fail(f"OTEL_XRAY_REQUIRE asks for the collector: {reason}")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def collector(
    binary: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Pipeline]]:
    """Run the collector for all tests."""
    with process.collector(binary, VARIANTS, tmp_path_factory.mktemp("collector")) as pipelines:
        yield pipelines
