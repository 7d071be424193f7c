"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from otel_xray.testing import Recording, recording

# Times on shared machines say nothing about the code. Examples are new ones at each run by hand;
# in CI they are always the same, so that a change is not blamed for what it did not cause.
hypothesis.settings.register_profile("by hand", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "by hand")

# A collector, a browser, an emulator, databases, builds: what is compared there does not depend on
# the interpreter that compares.
ONCE = (
    "aws_lambda/emulator",
    "aws_lambda/layer",
    "benchmarks",
    "collector/",
    "compat/ext",
    "compat/golden",
    "compat/verify",
    "console/test_page",
    "demo/test_",
    "sampling/meeting",
    "segments/collector",
)

OURS = ("OTEL_", "AWS_", "POWERTOOLS_", "LAMBDA_", "_X_AMZN_", "_HANDLER")
KEPT = ("OTEL_XRAY_REQUIRE", "OTEL_XRAY_COLLECTOR", "OTEL_XRAY_COLLECTOR_FULL", "OTEL_XRAY_RIE")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what one interpreter is enough for."""
    root = Path(__file__).parent
    for item in items:
        if item.path.relative_to(root).as_posix().startswith(ONCE):
            item.add_marker(pytest.mark.once)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide every variable that settings read, so that a developer's shell decides nothing."""
    for name in list(os.environ):
        if name.startswith(OURS) and name not in KEPT:
            monkeypatch.delenv(name)


@pytest.fixture
def recorded() -> Iterator[Recording]:
    """Collect the spans of a test."""
    with recording() as collected:
        yield collected
