from __future__ import annotations

from typing import Any

import pytest

from otel_xray.segments.quoting import LENGTH, quoted

CYCLE: list[Any] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a'b", '"a\'b"'),
        (None, "None"),
        (True, "True"),
        ([1, {"a": "b"}], "[1, {'a': 'b'}]"),
        ([], "[]"),
        (float("nan"), "'NaN'"),
        (10**5_000, "'<integer of 16610 bits>'"),
        (b"\xff", "'/w=='"),
        ("\ud800", "'\ufffd'"),
        (CYCLE, "[['<refers to itself>']]"),
        (object(), "'<object>'"),
    ],
    ids=range(11),
)
def test_a_value_is_quoted_as_python_writes_it(value: object, expected: str) -> None:
    """What has no end, or no form, is named."""
    assert quoted(value) == expected


@pytest.mark.parametrize("value", ["x" * 10**6, [1] * 10**6, b"x" * 10**6, {"a": "x" * 1_000}])
def test_a_long_value_is_shortened(value: object) -> None:
    """A quotation stands in one line."""
    assert len(quoted(value)) == LENGTH + 3
    assert quoted(value).endswith("...")
