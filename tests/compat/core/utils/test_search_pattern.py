from __future__ import annotations

import fnmatch
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compat.core.loading import core


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (None, "a", False),
        ("*", None, False),
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("?", "", False),
        ("a?c", "aBc", True),
        ("A*C", "abbbc", True),
        ("*.example.com", "api.example.com", True),
        ("*.example.com", "example.com", False),
        ("a*b*c", "abbbcbc", True),
        ("a*b", "a*xb", True),
    ],
)
def test_wildcards(alias: None, pattern: str | None, text: str | None, matches: bool) -> None:
    """
    A star stands for any characters, a question mark for one; capitals do not matter.

    Difference, the last case: the original takes a star in the text for the pattern's.
    """
    assert matches is core("utils.search_pattern").wildcard_match(pattern, text)


def test_capitals_can_matter(alias: None) -> None:
    """The third argument says so."""
    match = core("utils.search_pattern").wildcard_match

    assert not match("a", "A", False)
    assert match("a", "a", False)


# The alias stays the same for all examples.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("ab*?", max_size=6), st.text("aBb*", max_size=8))
def test_it_agrees_with_regular_expressions(alias: None, pattern: str, text: str) -> None:
    """Whatever the pattern, it matches what its regular expression matches."""
    expected = re.fullmatch(fnmatch.translate(pattern), text, re.IGNORECASE) is not None

    assert expected is core("utils.search_pattern").wildcard_match(pattern, text)
