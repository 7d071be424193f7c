"""Events of any shape, for property tests."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from tests.aws_lambda.events.sampling import NAMES, sample

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


def paths(value: Any, *path: Any) -> list[tuple[Any, ...]]:
    """Return the path of each part of a value, that of the value itself first."""
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(found for key, one in members for found in paths(one, *path, key))]


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """Draw a sample event, some parts of which are something else or gone."""
    holder = {"event": copy.deepcopy(sample(draw(st.sampled_from(NAMES))))}
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from(paths(holder["event"], "event")))
        part: Any = holder
        for key in way:
            part = part[key]
        if way and draw(st.booleans()):
            del part[last]
        else:
            part[last] = draw(JSON)
    return holder["event"]
