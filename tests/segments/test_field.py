from __future__ import annotations

from typing import Any

import pytest

from otel_xray.segments.field import (
    Convert,
    Field,
    Table,
    first,
    flag,
    integer,
    read,
    restore,
    table,
    take,
    text,
    texts,
    write,
    written_keys,
)


@pytest.mark.parametrize(
    ("convert", "value", "expected"),
    [
        (text, "a", "a"),
        (text, "", None),
        (text, 8, "8"),
        (text, ["a"], None),
        (integer, 8, 8),
        (integer, "08", 8),
        (integer, 8.0, 8),
        (integer, 8.5, None),
        (integer, True, None),
        (integer, "eight", None),
        (integer, "9" * 5_000, None),
        (integer, 1 << 63, None),
        (integer, 1e300, None),
        (integer, float("inf"), None),
        (integer, float("nan"), None),
        (integer, [8], None),
        (flag, False, False),
        (flag, "true", None),
        (texts, ["a", "", 1], ["a"]),
        (texts, [], None),
        (texts, "a", ["a"]),
        (texts, "", None),
        (texts, 1, None),
    ],
)
def test_a_value_is_converted_or_does_not_fit(convert: Convert, value: Any, expected: Any) -> None:
    """Converters return None for what the document's member cannot hold."""
    assert expected == convert(value)


NAME = Field("name", ("new", "old"))


@pytest.mark.parametrize(
    ("attributes", "expected", "left"),
    [
        ({"new": "a", "other": "b"}, {"name": "a"}, {"other": "b"}),
        ({"old": "a"}, {"name": "a"}, {}),
        ({"old": "a", "new": "a"}, {"name": "a"}, {}),
        ({"old": "a", "new": "b"}, {"name": "b"}, {"old": "a"}),
        ({"new": ["no text"], "old": "a"}, {"name": "a"}, {"new": ["no text"]}),
        ({"new": ""}, {}, {"new": ""}),
    ],
)
def test_a_field_takes_what_it_says_and_leaves_the_rest(
    attributes: dict[str, Any], expected: dict[str, Any], left: dict[str, Any]
) -> None:
    """Keys of one meaning are used up together; one that says something else stays."""
    assert expected == write((NAME,), attributes)
    assert left == attributes


def test_a_field_without_attribute_has_no_value() -> None:
    """None says that there is nothing."""
    assert take(NAME, {"other": 1}) is None


def test_first_skips_what_is_no_text() -> None:
    """The first non-empty text counts."""
    assert first(("a", "b", "c"), {"a": 1, "b": "", "c": "found"}) == "found"
    assert first(("a",), {}) is None


ROWS: Table = {
    **table(Field("name", ("n", "old")), Field("size", ("s",), integer)),
    "in": {**table(Field("list", ("l",), texts)), "deep": table(Field("flag", ("f",), flag))},
}


@pytest.mark.parametrize(
    ("section", "attributes", "rest"),
    [
        ({}, {}, {}),
        ({"name": "a", "size": 1}, {"n": "a", "s": 1}, {}),
        ({"in": {"list": ["a"], "deep": {"flag": False}}}, {"l": ["a"], "f": False}, {}),
        ({"other": 1, "in": {"other": 2}}, {}, {"other": 1, "in": {"other": 2}}),
        ({"in": {"list": ["a"], "x": 1}}, {"l": ["a"]}, {"in": {"x": 1}}),
        ({"in": {}}, {}, {"in": {}}),
        ({"in": {"deep": {}}}, {}, {"in": {"deep": {}}}),
        ({"in": 5}, {}, {"in": 5}),
        ({"name": ""}, {}, {"name": ""}),
        ({"name": 5}, {}, {"name": 5}),
        ({"name": None}, {}, {"name": None}),
        ({"size": "5"}, {}, {"size": "5"}),
        ({"size": 5.0}, {}, {"size": 5.0}),
        ({"size": True}, {}, {"size": True}),
        ({"name": "\ud800"}, {}, {"name": "\ud800"}),
        ({"name": "\u00fc"}, {"n": "\u00fc"}, {}),
        ({"in": {"list": ["\ud800"]}}, {}, {"in": {"list": ["\ud800"]}}),
        ({"in": {"list": ["a", ""]}}, {}, {"in": {"list": ["a", ""]}}),
    ],
    ids=range(18),
)
def test_a_section_is_read_as_far_as_it_can_be_given_back(
    section: dict[str, Any], attributes: dict[str, Any], rest: dict[str, Any]
) -> None:
    """What would not come back exactly is returned, in its place."""
    found: dict[str, Any] = {}

    assert read(ROWS, section, found) == rest
    assert found == attributes
    assert read(ROWS, restore(ROWS, dict(found)), {}) == {}


def test_an_integer_of_too_many_digits_is_returned() -> None:
    """Python refuses to write it as text."""
    section = {"name": 10**5_000}

    assert read(ROWS, section, {}) == section


def test_attributes_are_given_back_and_taken() -> None:
    """Only the attribute that is written counts; a value that does not fit stays."""
    left = {"n": "a", "old": "b", "s": "x", "f": True, "other": 1}

    assert restore(ROWS, left) == {"name": "a", "in": {"deep": {"flag": True}}}
    assert left == {"old": "b", "s": "x", "other": 1}


def test_the_attributes_of_a_table_are_listed() -> None:
    """One a row, also inside."""
    assert sorted(written_keys(ROWS)) == ["f", "l", "n", "s"]
