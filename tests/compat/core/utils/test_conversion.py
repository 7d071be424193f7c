from __future__ import annotations

import datetime as dt
import decimal
import enum
import io
import json
import types
from collections.abc import Callable
from typing import Any

import pytest

from tests.compat.core.loading import core


@pytest.fixture
def convert(alias: None) -> Callable[[Any], Any]:
    """Return the conversion."""
    function: Callable[[Any], Any] = core("utils.conversion").metadata_to_dict
    return function


class Order:
    """Has attributes of each kind."""

    def __init__(self) -> None:
        self.id = "a1"
        self.parts = (1, {2})
        self._secret = "x"
        self.method = len


class Tree:
    """Says itself what it is."""

    def _ast(self) -> dict[str, Any]:
        return {"order": Order()}


class Colour(enum.Enum):
    """An enumeration."""

    RED = 1


class Slotted:
    """Has no attributes of its own."""

    __slots__ = ()

    def __iter__(self) -> Any:
        raise ValueError


WHEN = dt.date(2026, 2, 25)


@pytest.mark.parametrize(
    ("make", "made"),
    [
        (lambda: "text", "text"),
        (lambda: None, None),
        (lambda: {"a": {1: {None: True}}}, {"a": {1: {None: True}}}),
        (lambda: (1, [2, {3}]), [1, [2, [3]]]),
        (lambda: b"ab", [97, 98]),
        (lambda: iter("ab"), ["a", "b"]),
        (lambda: io.StringIO("a\nb"), ["a\n", "b"]),
        (lambda: range(2), [0, 1]),
        (lambda: Order, f"<class '{__name__}.Order'>"),
        (Order, {"id": "a1", "parts": [1, [2]]}),
        (Tree, {"order": {"id": "a1", "parts": [1, [2]]}}),
        (lambda: types.SimpleNamespace(a=1, _b=2), {"a": 1}),
        (lambda: ValueError("x"), {}),
        (lambda: Colour.RED, {}),
        (lambda: WHEN, WHEN),
        (lambda: decimal.Decimal("1.5"), decimal.Decimal("1.5")),
    ],
)
def test_each_kind_has_a_rule(
    convert: Callable[[Any], Any], make: Callable[[], Any], made: Any
) -> None:
    """Objects shrink to public attributes, what can be iterated to a list, the rest stays."""
    assert made == convert(make())


def test_what_is_iterated_is_consumed(convert: Callable[[Any], Any]) -> None:
    """A generator is exhausted afterwards."""
    steps = (step for step in (1, 2))

    assert [1, 2] == convert(steps)
    assert [] == list(steps)


def test_what_fails_is_a_warning(
    convert: Callable[[Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Only the value that fails is lost."""
    assert {"good": 1, "bad": {}} == convert({"good": 1, "bad": Slotted()})
    assert ["WARNING"] == [record.levelname for record in caplog.records]


@pytest.mark.filterwarnings("ignore")
def test_what_refers_to_itself_ends(convert: Callable[[Any], Any]) -> None:
    """It is nested deeply, and can be told."""
    cycle: dict[str, Any] = {}
    cycle["again"] = cycle

    assert "again" in json.dumps(convert(cycle))


@pytest.mark.parametrize(
    ("key", "made"), [((1, 2), "(1, 2)"), (b"a", "b'a'"), (WHEN, "2026-02-25"), (Order, str(Order))]
)
def test_a_key_that_json_has_no_form_for_becomes_text(
    convert: Callable[[Any], Any], key: Any, made: str
) -> None:
    """Difference: the original loses the whole segment for it."""
    assert {made: 1} == convert({key: 1})


def test_keys_that_json_knows_stay(convert: Callable[[Any], Any]) -> None:
    """Numbers, booleans and None are keys in JSON's spelling, as the original leaves them."""
    assert '{"1": 0, "1.5": 0, "true": 0, "null": 0}' == (
        json.dumps(convert({1: 0, 1.5: 0})).rstrip("}")
        + ", "
        + json.dumps(convert({True: 0, None: 0})).lstrip("{")
    )
