"""What aiohttp's middleware sends the daemon, beside what the X-Ray SDK's does."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.compat.ext import differential, exchanges


@pytest.mark.slow
@pytest.mark.parametrize("environment", [{}, differential.LAMBDA], ids=["server", "lambda"])
def test_documents_and_answers_are_the_same(environment: Mapping[str, str]) -> None:
    """Requests of every kind make the same segments and get the same answers."""
    original, ours = differential.both("tests.compat.ext.aiohttp.application", environment)

    assert original.documents == ours.documents
    # With an AsyncContext, as most of its applications have, requests are segments in Lambda, too.
    expected = exchanges.with_own_trace(original.said)
    assert expected == ours.said
