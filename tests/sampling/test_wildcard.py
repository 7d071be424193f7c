from __future__ import annotations

import fnmatch
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.sampling import wildcard


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("**", "", True),
        ("*", "a\nb", True),
        ("?", "", False),
        ("?", "\n", True),
        ("a?c", "aBc", True),
        ("A*C", "abbbc", True),
        ("ab*ba", "aba", False),
        ("*.example.com", "api.example.com", True),
        ("*.example.com", "example.com", False),
        ("/api/*/items/?*", "/api/v1/items/7", True),
        ("/api/*/items/?*", "/api/v1/items/", False),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("a*b", "a*xb", True),
        ("STRASSE", "straße", False),
        ("k", "\N{KELVIN SIGN}", True),
        ("?", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", True),
    ],
)
def test_wildcards(pattern: str, text: str, expected: bool) -> None:
    """A star is any characters, a question mark is one; all else is itself, small or capital."""
    assert expected is wildcard.matches(pattern, text)


@given(st.text("ab*?", max_size=8), st.text("aBb*?\n", max_size=12))
def test_it_agrees_with_regular_expressions(pattern: str, text: str) -> None:
    """Whatever the pattern, it matches what its regular expression matches."""
    expected = re.fullmatch(fnmatch.translate(pattern), text, re.IGNORECASE) is not None

    assert expected is wildcard.matches(pattern, text)


@given(st.text(), st.lists(st.integers(0, 30)))
def test_a_text_matches_itself_with_holes(text: str, holes: list[int]) -> None:
    """A text with any of its characters replaced by wildcards describes that text."""
    pattern = "".join("*?"[place % 2] if place in holes else one for place, one in enumerate(text))

    assert wildcard.matches(pattern, text)
    assert wildcard.matches(pattern.upper(), text) or not text.isascii()


def test_a_malicious_text_costs_no_more_than_its_length() -> None:
    """A pattern of many stars is no way to stop a server: nothing is tried twice."""
    pattern, text = "*a" * 50 + "*b", "a" * 10_000

    begun = time.process_time()
    assert not wildcard.matches(pattern, text)
    assert time.process_time() - begun < 1


def test_what_is_no_text_counts_as_it_is_printed() -> None:
    """A request may hold anything, and a decision never fails."""
    assert wildcard.matches("4*", 404)  # type: ignore[arg-type]
