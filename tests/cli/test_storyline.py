from __future__ import annotations

from typing import Any

import pytest

from otel_xray.cli.storyline import duration, lines
from otel_xray.console.entity import Entity
from otel_xray.console.query.story import story, wanted
from otel_xray.console.store.sqlite import SqliteStore
from tests.console.documents import ROOT, START, TRACE_ID, document, entity
from tests.console.store.test_sqlite import OTHER, store  # noqa: F401  a fixture


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.000_012, "12 µs"),
        (0.0123, "12 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min"),
        (134, "2 min 14 s"),
        (3600, "1 h"),
        (3660, "1 h 1 min"),
        (3599.9, "1 h"),
        (86_400 * 3 + 7200 + 59, "3 d 2 h"),
        (1e12, "11574074 d 1 h"),
    ],
)
def test_durations_are_for_people(seconds: float, text: str) -> None:
    """At most two units, and rounding never makes sixty of the smaller one."""
    assert text == duration(seconds)


def text(store: SqliteStore, *entities: Entity, rows: int = 50, limit: int = 100) -> list[str]:  # noqa: F811
    """Return the lines of the story of orderId=1."""
    store.put(list(entities)).result()
    asked = wanted(["orderId=1"])
    found: Any = story(asked, store.correlated(asked, limit))
    return list(lines(found, rows))


def other(**members: Any) -> Entity:
    """Return a segment of another trace with the same key."""
    return entity(**{"trace_id": OTHER, "annotations": {"orderId": "1"}, **members})


def test_traces_that_overlap_are_no_time_apart(store: SqliteStore) -> None:  # noqa: F811
    """What begins before the former has ended goes on meanwhile."""
    told = text(
        store,
        entity(annotations={"orderId": "1"}, end_time=START + 100),
        other(start_time=START + 50),
    )
    assert "   --- meanwhile ---" in told


def test_what_is_in_progress_says_so(store: SqliteStore) -> None:  # noqa: F811
    """A trace without an end has no length, its rows no duration."""
    told = text(store, entity(annotations={"orderId": "1"}, end_time=None))
    assert f"1. 2023-11-14 22:13:20.000 UTC  {TRACE_ID}  in progress" in told
    assert f"  {'+0 ms':>10} {'':>10}  orders PENDING" in told


def test_fewer_traces_than_there_are_is_told(store: SqliteStore) -> None:  # noqa: F811
    """The newest are shown, and how many there are."""
    first = entity(annotations={"orderId": "1"})
    told = text(store, first, other(start_time=START + 50, end_time=START + 51), limit=1)
    assert "(the newest 1 of 2 traces; --traces shows more)" in told
    assert any(OTHER in line for line in told)


def test_a_time_that_no_calendar_has_is_a_number(store: SqliteStore) -> None:  # noqa: F811
    """Documents come from outside: the year 30,000 is shown as seconds."""
    late = entity(annotations={"orderId": "1"}, start_time=1e12, end_time=1e12 + 1)
    assert any(line.startswith("1. 1000000000000.000") for line in text(store, late))


def test_links_are_shown_under_their_segment(store: SqliteStore) -> None:  # noqa: F811
    """With the name of what was resumed, where the story has it."""
    link = {"trace_id": TRACE_ID, "id": ROOT, "attributes": {"link.kind": "resume"}}
    stray = {"trace_id": TRACE_ID, "id": "1" * 16}
    told = text(
        store,
        entity(annotations={"orderId": "1"}),
        other(start_time=START + 50, end_time=START + 51, links=[link, stray, {"id": "x"}]),
    )
    assert [f"-> resume: orders {ROOT} of trace 1", f"-> link: {'1' * 16} of trace 1"] == [
        line.strip() for line in told if "->" in line
    ]
    assert "orders" == document().get("name")
