"""The alias in a test, and what it records."""

import sys
from collections.abc import Generator

import pytest

from otel_xray import compat
from otel_xray.testing import Recording, recording


@pytest.fixture
def alias() -> Generator[None, None, None]:
    """Make ``aws_xray_sdk`` the alias, freshly loaded, for the length of a test."""
    compat.install()
    yield
    core = sys.modules.get("aws_xray_sdk.core")
    if core is not None:
        core.xray_recorder.clear_trace_entities()
    compat.uninstall()


@pytest.fixture
def recorded(alias: None) -> Generator[Recording, None, None]:
    """Collect the spans of the alias's entities."""
    with recording() as collected:
        yield collected
