from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.mapping import metadata

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


class Colour(Enum):
    """An enumeration of the user's."""

    RED = "red"


class Order:
    """An object of the user's, without a text form."""

    def __init__(self) -> None:
        self.item = "71032"
        self._secret = "hidden"
        self.price = Decimal("1.50")

    def method(self) -> None:
        """Do nothing."""


class Rude:
    """An object that fails when it is shown."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


@given(st.dictionaries(st.text(), json_values))
def test_json_survives(values: dict[str, Any]) -> None:
    """What JSON can hold is read back unchanged."""
    assert values == metadata.from_text(metadata.to_text(values))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (Colour.RED, "red"),
        (Order(), {"item": "71032", "price": "1.50"}),
        (ValueError("no stock"), {"type": "ValueError", "message": "no stock"}),
        (b"ab", "YWI="),
        ({3, 1}, [1, 3]),
        (date(2026, 11, 25), "2026-11-25"),
        (int, "<class 'int'>"),
        ({(1, 2): 3}, {"(1, 2)": 3}),
        ({"deep": {1: float("inf")}}, {"deep": {"1": "Infinity"}}),
        (Rude(), "<Rude>"),
        ({Rude(): 1}, {"<Rude>": 1}),
        ((1, (2,)), [1, [2]]),
    ],
)
def test_what_json_lacks_becomes_the_nearest(value: object, expected: object) -> None:
    """No value costs the segment; each is shown in the nearest form that JSON has."""
    assert {"key": expected} == json.loads(metadata.to_text({"key": value}))


def test_a_value_that_contains_itself_is_cut() -> None:
    """A cycle is replaced where it closes."""
    order: dict[str, Any] = {"id": 1}
    order["self"] = order

    assert {"id": 1, "self": metadata.CYCLE} == json.loads(metadata.to_text(order))


def test_nesting_without_end_is_cut() -> None:
    """What nests deeper than any interpreter can write is cut, not lost."""
    value: list[Any] = []
    for _ in range(200_000):
        value = [value]

    assert metadata.TOO_DEEP in metadata.to_text({"key": value})


@pytest.mark.parametrize("text", ["[1]", "nonsense", "", None, 7, "[" * 100_000])
def test_what_is_no_object_reads_as_nothing(text: object) -> None:
    """Text that is no JSON object has no metadata in it."""
    assert {} == metadata.from_text(text)
