"""What of a web request goes on its segment."""

from __future__ import annotations

from typing import Any

import pytest

from otel_xray.compat.web_request import Client, WebRequest, WebResponse


def request(**known: Any) -> WebRequest:
    """Return a request of which nothing but that is known."""
    unknown: dict[str, Any] = {
        **dict.fromkeys(("method", "url", "host", "name")),
        "path": "/",
        "client": Client(None),
    }
    return WebRequest(**{**unknown, **known})


def test_everything_that_is_known_is_told_in_a_fixed_order() -> None:
    """The members are those of X-Ray's http block."""
    asked = request(
        user_agent="shopper/1.0",
        client=Client("192.0.2.7", forwarded=True),
        method="GET",
        url="http://localhost/",
    )
    assert [
        ("url", "http://localhost/"),
        ("method", "GET"),
        ("user_agent", "shopper/1.0"),
        ("client_ip", "192.0.2.7"),
        ("x_forwarded_for", True),
    ] == list(asked.members().items())


def test_what_is_not_known_is_not_told() -> None:
    """A client that nobody has forwarded has no such mark."""
    assert {} == request().members()
    assert {"client_ip": "192.0.2.7"} == request(client=Client("192.0.2.7")).members()
    assert {"user_agent": ""} == request(user_agent="").members()


def test_rules_see_host_method_path_and_service() -> None:
    """They see the path without the query, and the host with its port."""
    asked = request(method="GET", host="localhost:8080", name="localhost", path="/ok")
    assert {
        "host": "localhost:8080",
        "method": "GET",
        "path": "/ok",
        "service": "shop",
    } == asked.question("shop")


@pytest.mark.parametrize(
    ("length", "expected"), [("2", 2), ("0", 0), ("", None), (None, None), ("two", None)]
)
def test_a_length_is_told_if_it_is_a_number(length: str | None, expected: int | None) -> None:
    """Applications set what they want."""
    told = WebResponse(200, length).members()
    assert (
        {"status": 200} if expected is None else {"status": 200, "content_length": expected}
    ) == told
