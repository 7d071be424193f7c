"""The collector that has what our files need, one for all tests."""

from __future__ import annotations

import os
import subprocess

import pytest
import yaml

from tests.collector import files
from tests.segments.collector import process


@pytest.fixture(scope="session")
def full() -> str:
    """Find the collector; without one skip, or fail where OTEL_XRAY_REQUIRE asks for it."""
    found, reason = process.find_binary("--full", variable="OTEL_XRAY_COLLECTOR_FULL")
    if not found:
        if "collector" in os.environ.get("OTEL_XRAY_REQUIRE", "").split(","):
            pytest.fail(f"OTEL_XRAY_REQUIRE asks for the collector: {reason}")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def available(full: str) -> set[tuple[str, str]]:
    """Return section and type of what the collector has."""
    told = subprocess.run([full, "components"], capture_output=True, text=True, check=True).stdout
    listed = yaml.safe_load(told)
    return {
        (section, component["name"]) for section in files.SECTIONS for component in listed[section]
    }
