from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.model import limits


@given(st.text())
def test_a_sanitised_name_is_accepted_unchanged(text: str) -> None:
    """Sanitising twice is sanitising once, and the result is within X-Ray's length."""
    name = limits.name(text)

    assert name == limits.name(name)
    assert 0 < len(name) <= limits.NAME_LENGTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /a?b=1", "GET /ab=1"),
        ("f.<locals>.g", "f.locals.g"),
        ("Zahlung für Köln", "Zahlung für Köln"),
        ("***", "span"),
    ],
)
def test_characters_that_xray_refuses_are_removed(text: str, expected: str) -> None:
    """Letters of every alphabet stay; what X-Ray refuses goes; nothing left is 'span'."""
    assert expected == limits.name(text)


@given(st.text())
def test_a_sanitised_annotation_key_is_accepted_unchanged(text: str) -> None:
    """Sanitising a key twice is sanitising it once."""
    key = limits.annotation_key(text)

    assert key == limits.annotation_key(key)
    assert len(key) <= limits.ANNOTATION_KEY_LENGTH


@pytest.mark.parametrize(
    ("key", "accepted"),
    [
        ("orderId", True),
        ("order_1", True),
        ("order-1", False),
        ("", False),
        (7, False),
        ("é", False),
    ],
)
def test_annotation_keys_are_what_the_xray_sdk_takes(key: object, accepted: bool) -> None:
    """A key is ASCII letters, digits and underscores."""
    assert accepted is limits.is_annotation_key(key)


@pytest.mark.parametrize(
    ("namespace", "usable"), [("default", True), ("", True), ("AWS.x", False), (None, False)]
)
def test_reserved_namespaces_are_refused(namespace: object, usable: bool) -> None:
    """A namespace is text that does not begin with AWS."""
    assert usable is limits.is_namespace(namespace)
