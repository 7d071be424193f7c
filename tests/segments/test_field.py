from __future__ import annotations

from typing import Any

import pytest

from otel_xray.segments.field import Convert, Field, first, flag, integer, take, text, texts, write


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
