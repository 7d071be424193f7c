from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_xray.console.entity import ERROR, Kind
from otel_xray.console.query.timeline import LAMBDA_FUNCTION, in_order, timeline
from otel_xray.console.store.base import EntityRow, StoredTrace
from tests.console.query.test_summaries import OUTLINE


def row(one: str, parent: str | None = None, start: float = 0.0, **members: Any) -> EntityRow:
    """Return a row of a timeline."""
    base: dict[str, Any] = {
        "kind": Kind.SUBSEGMENT if parent else Kind.SEGMENT,
        "name": one,
        "origin": None,
        "namespace": None,
        "end": start + 1,
        "in_progress": False,
        "flags": 0,
        "code": None,
        "annotations": 0,
        "metadata": 0,
        "exceptions": 0,
        "sql": False,
    }
    return EntityRow(id=one, parent=parent, start=start, **{**base, **members})


def shape(*rows: EntityRow) -> list[tuple[str, int]]:
    """Return ids and depths in order."""
    return [(found.id, depth) for found, depth in in_order(rows)]


def test_rows_come_depth_first_and_siblings_by_start() -> None:
    """The order of arrival does not matter, the earlier of two is above."""
    rows = (
        row("b", "r", 2.0),
        row("a2", "a", 1.5),
        row("a", "r", 1.0),
        row("r"),
        row("s", None, 9),
    )
    assert [("r", 0), ("a", 1), ("a2", 2), ("b", 1), ("s", 0)] == shape(*rows)


def test_a_segment_hangs_below_the_subsegment_that_called_it() -> None:
    """A callee's segment is one deeper than the call."""
    callee = row("callee", "call", 1.0, kind=Kind.SEGMENT)
    assert [("r", 0), ("call", 1), ("callee", 2)] == shape(row("r"), row("call", "r"), callee)


def test_an_orphan_is_a_root_and_says_so() -> None:
    """A parent that was never received is no parent."""
    (found,) = timeline(StoredTrace(OUTLINE, (row("a", "gone"),)))["rows"]
    assert ("gone", 0, True) == (found["parent"], found["depth"], found["orphan"])


def test_cycles_end_and_lose_nothing() -> None:
    """A row that is its own ancestor is shown once, the earliest of a cycle on top."""
    assert [("x", 0)] == shape(row("x", "x"))
    cycle = (row("a", "c", 1.0), row("b", "a", 0.0), row("c", "b", 2.0), row("leaf", "c", 3.0))
    assert [("b", 0), ("c", 1), ("a", 2), ("leaf", 2)] == shape(*cycle)
    assert [("r", 0), ("b", 0), ("c", 1), ("a", 2), ("leaf", 2)] == shape(row("r"), *cycle)


def test_five_thousand_levels_are_no_problem() -> None:
    """Depth costs neither stack nor time."""
    rows = [row("0"), *(row(str(n), str(n - 1), n) for n in range(1, 5000))]
    began = time.process_time()
    found = shape(*reversed(rows))
    assert ("4999", 4999) == found[-1]
    assert time.process_time() - began < 5


NAMES = st.sampled_from("abcdefgh")


@settings(deadline=None)
@given(st.dictionaries(NAMES, st.tuples(st.none() | NAMES | st.just("z"), st.integers(0, 3))))
def test_every_row_is_shown_once(links: dict[str, tuple[str | None, int]]) -> None:
    """Whatever the parents are, rows are neither lost nor repeated, and a child is one deeper."""
    rows = [row(one, parent, start) for one, (parent, start) in links.items()]
    found = shape(*rows)
    assert sorted(links) == sorted(one for one, _ in found)
    depths = dict(found)
    for one, depth in found:
        parent = links[one][0]
        if depth:
            assert parent is not None
            assert depths[parent] + 1 == depth
        elif parent is None or parent not in links:
            assert depth == 0


@pytest.mark.parametrize(
    ("name", "origin", "kind", "phase"),
    [
        ("Initialization", LAMBDA_FUNCTION, Kind.SUBSEGMENT, "initialization"),
        ("Init", LAMBDA_FUNCTION, Kind.SUBSEGMENT, "initialization"),
        ("Invocation", LAMBDA_FUNCTION, Kind.SUBSEGMENT, "invocation"),
        ("Overhead", LAMBDA_FUNCTION, Kind.SUBSEGMENT, "overhead"),
        ("Handler", LAMBDA_FUNCTION, Kind.SUBSEGMENT, None),
        ("Invocation", "AWS::Lambda", Kind.SUBSEGMENT, None),
        ("Invocation", LAMBDA_FUNCTION, Kind.SEGMENT, None),
    ],
)
def test_phases_are_subsegments_directly_under_a_function(
    name: str, origin: str, kind: Kind, phase: str | None
) -> None:
    """A name alone makes no phase: the parent must be a Lambda function's segment."""
    rows = (row("f", origin=origin), row("p", "f", name=name, kind=kind))
    assert phase == timeline(StoredTrace(OUTLINE, rows))["rows"][1]["phase"]


def test_a_subsegment_below_another_is_no_phase() -> None:
    """Only the first level below the function counts."""
    rows = (row("f", origin=LAMBDA_FUNCTION), row("p", "f"), row("q", "p", name="Invocation"))
    assert timeline(StoredTrace(OUTLINE, rows))["rows"][2]["phase"] is None


def test_a_row_has_every_member_of_the_api() -> None:
    """Counts, code and status are handed through."""
    made = row("a", flags=ERROR, code=404, annotations=2, exceptions=1, sql=True, end=None)
    (found,) = timeline(StoredTrace(OUTLINE, (made,)))["rows"]
    assert found == {
        "id": "a",
        "parent": None,
        "depth": 0,
        "kind": "segment",
        "name": "a",
        "origin": None,
        "namespace": None,
        "start": 0.0,
        "end": None,
        "inProgress": False,
        "status": "error",
        "code": 404,
        "phase": None,
        "annotations": 2,
        "metadata": 0,
        "exceptions": 1,
        "sql": True,
        "orphan": False,
    }
