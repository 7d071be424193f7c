"""Where URLs lead."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.instrument import places


@pytest.mark.parametrize(
    ("url", "host", "port", "bare"),
    [
        ("http://api.test/a?b=c#d", "api.test", None, "http://api.test/a"),
        ("HTTPS://user:secret@API.test:8443/a@b", "api.test", 8443, "https://API.test:8443/a@b"),
        ("http://[::1]:80/", "::1", 80, "http://[::1]:80/"),
        ("http://api.test?token=secret", "api.test", None, "http://api.test"),
        ("http://api.test:port/", "api.test", None, "http://api.test:port/"),
        ("/a?b", "", None, "/a"),
        ("", "", None, ""),
    ],
)
def test_a_place_is_told_without_secrets(url: str, host: str, port: int | None, bare: str) -> None:
    """Host, port and path are found; query, fragment and credentials are left out."""
    place, path = places.of(url)
    assert (host, port, bare) == (place.host, place.port, place.origin + path)


@given(
    host=st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True),
    path=st.from_regex(r"(/[a-zA-Z0-9%@:;=-]*){0,3}", fullmatch=True),
    query=st.text("ab=&?/@#:"),
)
def test_it_agrees_with_the_standard_library(host: str, path: str, query: str) -> None:
    """Where urlsplit finds host and path, so does this."""
    url = f"http://{host}{path}?{query}"
    expected = urlsplit(url)
    place, found = places.of(url)
    assert (expected.hostname, expected.path) == (place.host, found)
