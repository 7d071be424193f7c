from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.console.query.quotas import shares

MUCH = 1000


@pytest.mark.parametrize(
    ("size", "demands", "expected"),
    [
        (10, {}, {}),
        (10, {"a": MUCH}, {"a": 10}),
        (10, {"b": MUCH, "a": MUCH}, {"a": 5, "b": 5}),
        (10, {"c": MUCH, "b": MUCH, "a": MUCH}, {"a": 4, "b": 3, "c": 3}),
        (1, {"b": MUCH, "a": MUCH}, {"a": 1, "b": 0}),
        (0, {"a": MUCH}, {"a": 0}),
        (10, {"a": 0, "b": 0}, {"a": 5, "b": 5}),
        (10, {"a": 1, "b": MUCH}, {"a": 1, "b": 9}),
        (10, {"a": 1, "b": 7}, {"a": 3, "b": 7}),
        (12, {"a": 0, "b": 5, "c": MUCH}, {"a": 0, "b": 5, "c": 7}),
        (12, {"a": 1, "b": 2, "c": 6}, {"a": 3, "b": 3, "c": 6}),
    ],
)
def test_a_reservoir_is_shared(
    size: int, demands: dict[str, int], expected: dict[str, int]
) -> None:
    """Equally, the odd ones to the first ids; who needs less hands on what others are short of."""
    assert expected == shares(size, demands)


@given(
    st.integers(0, 10_000),
    st.dictionaries(st.text(max_size=3), st.integers(0, 10_000), max_size=12),
)
def test_shares_are_never_more_than_the_reservoir(size: int, demands: dict[str, int]) -> None:
    """All together are exactly it; nobody loses what it needs of an equal part."""
    found = shares(size, demands)

    assert set(demands) == set(found)
    assert not demands or size == sum(found.values())
    for client, share in found.items():
        assert share >= min(demands[client], size // len(demands))
