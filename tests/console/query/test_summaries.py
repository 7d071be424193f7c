from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_xray.console.entity import ERROR, FAULT, THROTTLE
from otel_xray.console.query.status import status
from otel_xray.console.query.summaries import (
    VALUES_PER_KEY,
    format_cursor,
    page,
    parse_cursor,
    summary,
)
from otel_xray.console.store.base import Cursor, Page, RootRow, StoreState, TraceOutline
from tests.console.documents import TRACE, TRACE_ID, W3C

ROOT = RootRow("orders", 10.0, 11.0, False, FAULT, 500, "GET", None)
OUTLINE = TraceOutline(
    trace_id=TRACE,
    start=10.0,
    end=12.5,
    entities=3,
    pending=0,
    flags=FAULT | ERROR,
    partial=False,
    root=ROOT,
    user="ann",
    services=("orders", "stock"),
    annotations=(("a", 1), ("a", True), ("b", "x")),
)


def test_a_summary_says_what_get_trace_summaries_says() -> None:
    """Duration spans the trace, response time the root; both id spellings are there."""
    assert summary(OUTLINE) == {
        "id": TRACE_ID,
        "w3c": W3C,
        "start": 10.0,
        "end": 12.5,
        "duration": 2.5,
        "responseTime": 1.0,
        "status": "fault",
        "partial": False,
        "hasFault": True,
        "hasError": True,
        "hasThrottle": False,
        "http": {"method": "GET", "url": None, "status": 500},
        "entryPoint": "orders",
        "services": ["orders", "stock"],
        "annotations": {"a": [1, True], "b": ["x"]},
        "user": "ann",
        "entities": 3,
    }


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"pending": 1}, {"duration": None, "responseTime": 1.0}),
        ({"end": None}, {"duration": None, "end": None}),
        (
            {"root": replace(ROOT, in_progress=True, end=None)},
            {"status": "pending", "responseTime": None},
        ),
        (
            {"root": None},
            {"status": "pending", "entryPoint": None, "http": None, "responseTime": None},
        ),
        ({"root": replace(ROOT, method=None, code=None)}, {"http": None}),
    ],
)
def test_what_is_not_known_yet_is_null(changes: dict[str, Any], members: dict[str, Any]) -> None:
    """A trace in progress has no duration, one without root no entry point."""
    found = summary(replace(OUTLINE, **changes))
    assert members == {name: found[name] for name in members}


def test_values_of_one_annotation_are_limited() -> None:
    """A trace with a million order ids does not make the list unreadable."""
    many = tuple(("a", number) for number in range(1000))
    found = summary(replace(OUTLINE, annotations=many))
    assert VALUES_PER_KEY == len(found["annotations"]["a"])


@pytest.mark.parametrize(
    ("flags", "word"),
    [(0, "ok"), (ERROR, "error"), (FAULT | ERROR, "fault"), (THROTTLE | FAULT | ERROR, "throttle")],
)
def test_throttle_outranks_fault_outranks_error(flags: int, word: str) -> None:
    """One word is shown, in X-Ray's order; in progress outranks all."""
    assert word == status(flags, in_progress=False)
    assert status(flags, in_progress=True) == "pending"


def test_a_page_carries_revision_total_and_cursor() -> None:
    """The end of the list is a null."""
    found = page(Page(StoreState(17, 123, 400), (OUTLINE,), None))
    assert (17, 123, None, 1) == (
        found["revision"],
        found["total"],
        found["next"],
        len(found["traces"]),
    )
    more = page(Page(StoreState(17, 123, 400), (), Cursor(1.5, 2)))
    assert Cursor(1.5, 2) == parse_cursor(more["next"])


@settings(deadline=None)
@given(st.floats(allow_nan=False), st.integers(-(1 << 63), (1 << 63) - 1))
def test_a_cursor_survives_the_url(start: float, number: int) -> None:
    """Formatting and parsing lose nothing, and need no escaping."""
    text = format_cursor(Cursor(start, number))
    assert text.isalnum()
    assert Cursor(start, number) == parse_cursor(text)


@settings(deadline=None)
@given(st.text())
def test_any_other_text_is_no_cursor(text: str) -> None:
    """Foreign text gives None or a cursor, never an error."""
    found = parse_cursor(text)
    assert found is None or isinstance(found, Cursor)
