from __future__ import annotations

import json
import math
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.segments import values
from tests.segments.making import steady


class Colour(str, Enum):
    """Text that is not exactly str."""

    RED = "red"


class Size(IntEnum):
    """A number that is not exactly int."""

    BIG = 7


class Metres(float):
    """A number that is not exactly float."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        ("gr\u00fcn", "gr\u00fcn"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        (True, True),
        (None, None),
        (2**63, 2**63),
        (2**64, str(2**64)),
        (1 << 5000, "<integer of 5001 bits>"),
        (1.5, 1.5),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (b"bytes", "Ynl0ZXM="),
        (bytearray(b"bytes"), "Ynl0ZXM="),
        ((1, [math.nan]), [1, ["NaN"]]),
        (range(2), [0, 1]),
        ({1: "a", "\ud800": {"b": ()}}, {"1": "a", "\ufffd": {"b": []}}),
        (Colour.RED, "red"),
        (Size.BIG, 7),
        (Metres(2), 2.0),
        (object, "<type>"),
    ],
)
def test_a_value_becomes_the_nearest_that_json_holds(value: Any, expected: Any) -> None:
    """What JSON has no form for is replaced; what it has stays as it is."""
    assert expected == values.plain(value)


def test_a_value_that_contains_itself_ends_in_a_marker() -> None:
    """A cycle is cut where it closes."""
    cycle: list[Any] = [1]
    cycle.append({"again": cycle})

    assert [1, {"again": values.CYCLE}] == values.plain(cycle)


@pytest.mark.parametrize(
    "wrap", [lambda value: [value], lambda value: {"in": value}], ids=["lists", "objects"]
)
def test_deep_nesting_is_cut(wrap: Any) -> None:
    """Below 32 levels a marker stands for the rest."""
    nested: Any = "deep"
    for _ in range(1_000):
        nested = wrap(nested)

    assert values.TOO_DEEP in json.dumps(values.plain(nested))


def test_attributes_are_copied_from_any_mapping() -> None:
    """The result is a new dict, whether or not the mapping can copy itself."""
    attributes = {"a": (1, 2), "\u00fc": "b"}

    assert {"a": [1, 2], "\u00fc": "b"} == values.own(attributes)
    assert {"a": [1, 2], "\u00fc": "b"} == values.own(MappingProxyType(attributes))
    assert {"a": (1, 2), "\u00fc": "b"} == attributes


def test_fresh_shares_no_container() -> None:
    """Changing a copy leaves the original alone."""
    original = {"list": [{"a": 1}], "text": "b"}
    copy = values.fresh(original)
    copy["list"][0]["a"] = 2

    assert {"list": [{"a": 1}], "text": "b"} == original


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@steady
@given(anything)
def test_every_value_can_be_written(value: Any) -> None:
    """Strict JSON in UTF-8 exists of whatever plain returns."""
    text = json.dumps(values.plain(value), allow_nan=False, ensure_ascii=False)

    assert text.encode()
