"""Fixtures of the tests of transports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.transport.receivers import Receiver, running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a running receiver."""
    with running() as server:
        yield server
