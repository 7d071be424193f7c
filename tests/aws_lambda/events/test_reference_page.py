"""The reference of triggers."""

from __future__ import annotations

from otel_xray.aws_lambda.events.batches import BATCHES
from tests.aws_lambda.events.reference_page import PAGE, REPORTED, page


def test_the_reference_is_what_the_table_says() -> None:
    """Python -m tests.aws_lambda.events.reference_page would change nothing."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_reference_says_which_failures_can_be_reported() -> None:
    """Those of the sources for which Lambda takes a report, and no others."""
    assert set(REPORTED) == {name for name, batch in BATCHES.items() if batch.item}
