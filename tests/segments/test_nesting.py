from __future__ import annotations

from typing import Any

import pytest

from otel_xray.errors import InvalidDocument
from otel_xray.segments.nesting import DEPTH_OF_NEST, MAX_DEPTH, flatten, nest


def test_subsegments_become_independent() -> None:
    """Each says which trace and which parent it belongs to; parents come first."""
    document: Any = {
        "name": "a",
        "id": "1",
        "trace_id": "t",
        "subsegments": [
            {"name": "b", "id": "2", "subsegments": [{"name": "c", "id": "3"}]},
            {"name": "d", "id": "4", "parent_id": "wrong", "trace_id": "wrong"},
        ],
    }
    kept = repr(document)

    assert list(flatten(document)) == [
        {"name": "a", "id": "1", "trace_id": "t"},
        {"name": "b", "id": "2", "trace_id": "t", "parent_id": "1", "type": "subsegment"},
        {"name": "c", "id": "3", "trace_id": "t", "parent_id": "2", "type": "subsegment"},
        {"name": "d", "id": "4", "trace_id": "t", "parent_id": "1", "type": "subsegment"},
    ]
    assert kept == repr(document)


@pytest.mark.parametrize("subsegments", [None, []])
def test_a_document_without_subsegments_is_alone(subsegments: Any) -> None:
    """An empty list, or null, is no subsegment."""
    assert list(flatten({"name": "a", "subsegments": subsegments})) == [{"name": "a"}]


def test_missing_ids_are_not_invented() -> None:
    """What the parent does not have its subsegments do not get."""
    child: Any = {"name": "b"}

    assert list(flatten({"subsegments": [child]})) == [{}, {"name": "b", "type": "subsegment"}]


@pytest.mark.parametrize(
    ("subsegments", "message"),
    [
        ("text", "subsegments is 'text'; it must be a list"),
        ({"a": 1}, "subsegments is {'a': 1}; it must be a list"),
        ([{}, 7], r"subsegments\[1\] is 7; it must be an object"),
        ([{"subsegments": [None]}], r"subsegments\[0\].subsegments\[0\] is None; it must be"),
        (["x" * 100], r"is 'x{50,60}\.\.\.; it must"),
    ],
)
def test_junk_is_named_with_its_place(subsegments: Any, message: str) -> None:
    """The text says where, and what is there."""
    with pytest.raises(InvalidDocument, match=message):
        list(flatten({"subsegments": subsegments}))


def nested(depth: int) -> Any:
    """Return a document with *depth* levels of subsegments."""
    document: dict[str, Any] = {"id": "last"}
    for _ in range(depth):
        document = {"subsegments": [document]}
    return document


def test_deep_nesting_has_a_bound() -> None:
    """Up to the bound every level is read, beyond it the document is refused."""
    assert len(list(flatten(nested(MAX_DEPTH)))) == MAX_DEPTH + 1
    with pytest.raises(InvalidDocument, match="nested more than"):
        list(flatten(nested(MAX_DEPTH + 1)))


def chain(length: int) -> list[Any]:
    """Return documents, each the child of the next, as spans end."""
    subsegments = [
        {"id": f"{place}", "trace_id": "t", "parent_id": f"{place + 1}", "type": "subsegment"}
        for place in range(length - 1)
    ]
    return [*subsegments, {"id": f"{length - 1}", "trace_id": "t", "name": "outermost"}]


def test_subsegments_go_inside_the_parents_that_ended_after_them() -> None:
    """The nested form says by its place what members said; flattening brings them back."""
    documents: list[Any] = [
        {"id": "3", "trace_id": "t", "parent_id": "2", "type": "subsegment"},
        {"id": "2", "trace_id": "t", "parent_id": "1", "type": "subsegment"},
        {"id": "4", "trace_id": "t", "parent_id": "1", "type": "subsegment"},
        {"id": "1", "trace_id": "t"},
    ]
    apart = [dict(one) for one in documents]

    (whole,) = nest(documents)

    assert whole == {
        "id": "1",
        "trace_id": "t",
        "subsegments": [{"id": "2", "subsegments": [{"id": "3"}]}, {"id": "4"}],
    }
    assert {repr(sorted(one.items())) for one in apart} == {
        repr(sorted(one.items())) for one in flatten(whole)
    }


def test_what_has_no_later_parent_stays_apart() -> None:
    """A segment, a child of another trace, a late child, and a circle are left as they are."""
    documents: list[Any] = [
        {"id": "9", "trace_id": "t", "parent_id": "1"},
        {"id": "8", "trace_id": "other", "parent_id": "1", "type": "subsegment"},
        {"id": "7", "trace_id": "t", "parent_id": "7", "type": "subsegment"},
        {"id": "1", "trace_id": "t"},
        {"id": "6", "trace_id": "t", "parent_id": "1", "type": "subsegment"},
    ]
    kept = repr(documents)

    assert kept == repr(nest(documents))


def test_a_nest_has_a_bound() -> None:
    """Beyond the bound a chain goes on in a document of its own."""
    assert len(nest(chain(DEPTH_OF_NEST))) == 1
    assert len(nest(chain(DEPTH_OF_NEST + 1))) == 2
