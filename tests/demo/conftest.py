"""What every test of the demo needs."""

from __future__ import annotations

from importlib.util import find_spec

import pytest


@pytest.fixture(autouse=True)
def runtime_client(request: pytest.FixtureRequest) -> None:
    """Skip what starts processes where Lambda's runtime client cannot be installed."""
    if request.node.get_closest_marker("slow") and find_spec("awslambdaric") is None:
        pytest.skip("awslambdaric is not installed: pip install 'otel-xray[demo]'")
