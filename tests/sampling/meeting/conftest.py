"""A console with one rule, and what else the samplers meet at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from otel_xray.console.server import ConsoleServer, ConsoleSettings
from tests.collector.conftest import full
from tests.console.receive.test_sampling_rules import RULE
from tests.console.server.test_sampling import client

__all__ = ["full"]

ALL = {**RULE, "HTTPMethod": "*", "URLPath": "*", "Attributes": {}, "FixedRate": 0.0}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleServer]:
    """Run a console that has one rule for everything: ten a second, and nothing more."""
    with ConsoleServer(ConsoleSettings(tmp_path / "c.db", port=0, otlp_port=0)) as server:
        client(server.url).create_sampling_rule(SamplingRule=ALL)
        yield server
