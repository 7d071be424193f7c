from __future__ import annotations

from tests.segments.reference_page import PAGE, page


def test_the_reference_is_what_the_tables_say() -> None:
    """Python -m tests.segments.reference_page would change nothing."""
    assert PAGE.read_text(encoding="utf-8") == page()
