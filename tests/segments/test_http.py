from __future__ import annotations

from typing import Any

import pytest

from otel_xray.model.span import Kind
from tests.segments.making import encode


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        (
            Kind.CLIENT,
            {
                "http.request.method": "GET",
                "url.full": "https://x/y",
                "http.response.status_code": 200,
                "http.response.body.size": 12,
                "server.address": "x",
                "server.port": 443,
            },
            {
                "request": {"method": "GET", "url": "https://x/y"},
                "response": {"status": 200, "content_length": 12},
            },
        ),
        (
            Kind.CLIENT,
            {
                "http.method": "GET",
                "http.url": "https://x/y",
                "http.status_code": "200",
                "http.user_agent": "curl",
                "http.response_content_length": 3,
            },
            {
                "request": {"method": "GET", "url": "https://x/y", "user_agent": "curl"},
                "response": {"status": 200, "content_length": 3},
            },
        ),
        (
            Kind.CLIENT,
            {"http.method": "GET", "http.request.method": "GET"},
            {"request": {"method": "GET"}},
        ),
        (Kind.CLIENT, {"http.response.status_code": 404}, {"response": {"status": 404}}),
        (Kind.INTERNAL, {"http.response.body.size": 5}, {"response": {"content_length": 5}}),
        (
            Kind.SERVER,
            {"client.address": "10.0.0.1"},
            {"request": {"client_ip": "10.0.0.1"}},
        ),
        (
            Kind.SERVER,
            {"client.address": "10.0.0.1", "aws.xray.x_forwarded_for": True},
            {"request": {"client_ip": "10.0.0.1", "x_forwarded_for": True}},
        ),
        (
            Kind.SERVER,
            {"http.client_ip": "anything", "aws.xray.x_forwarded_for": False},
            {"request": {"client_ip": "anything", "x_forwarded_for": False}},
        ),
        (
            Kind.SERVER,
            {"http.client_ip": "10.0.0.1"},
            {"request": {"client_ip": "10.0.0.1", "x_forwarded_for": True}},
        ),
    ],
)
def test_the_section_holds_request_and_response(
    kind: Kind, attributes: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Old and stable conventions give the same section, and nothing is left of them."""
    document = encode(attributes, kind)

    assert expected == document.get("http")
    assert "metadata" not in document


@pytest.mark.parametrize(
    ("client", "peer", "expected"),
    [
        ("10.0.0.1", "10.0.0.1", {"client_ip": "10.0.0.1"}),
        ("10.0.0.1", "10.0.0.2", {"client_ip": "10.0.0.1", "x_forwarded_for": True}),
        (None, "10.0.0.2", {"client_ip": "10.0.0.2"}),
        (None, "fe80::1%eth0", {"client_ip": "fe80::1%eth0"}),
    ],
)
def test_a_client_other_than_the_peer_was_forwarded(
    client: str | None, peer: str, expected: dict[str, Any]
) -> None:
    """The peer is the client unless a proxy reported another one."""
    attributes = {"url.path": "/", "network.peer.address": peer}
    if client:
        attributes["client.address"] = client
    request = (encode(attributes, Kind.SERVER).get("http") or {})["request"]

    assert {"url": "/", **expected} == request


@pytest.mark.parametrize(
    ("kind", "attributes", "url"),
    [
        (
            Kind.SERVER,
            {"url.scheme": "https", "server.address": "x", "url.path": "/p"},
            "https://x/p",
        ),
        (
            Kind.SERVER,
            {"http.scheme": "http", "http.host": "x:80", "http.target": "/t?q"},
            "http://x/t?q",
        ),
        (Kind.SERVER, {"http.target": "/", "net.host.name": "x", "net.host.port": 80}, "http://x/"),
        (
            Kind.SERVER,
            {"http.target": "/", "http.server_name": "x", "server.port": 81},
            "http://x:81/",
        ),
        (
            Kind.CLIENT,
            {"url.path": "/p", "url.query": "?a=1", "server.address": "x"},
            "http://x/p?a=1",
        ),
        (
            Kind.CLIENT,
            {"url.query": "a=1", "server.address": "x", "server.port": 8},
            "http://x:8/?a=1",
        ),
        (
            Kind.CLIENT,
            {"url.scheme": "https", "server.address": "x", "server.port": 443},
            "https://x/",
        ),
        (Kind.CLIENT, {"url.path": "/", "server.address": "x", "server.port": "443"}, "https://x/"),
        (
            Kind.CLIENT,
            {"http.target": "/", "net.peer.name": "x", "net.peer.port": 8},
            "http://x:8/",
        ),
        (Kind.CLIENT, {"http.target": "/", "net.peer.ip": "::1"}, "http://[::1]/"),
        (Kind.CLIENT, {"url.path": "/only"}, "/only"),
        (Kind.CLIENT, {"http.scheme": "http"}, None),
    ],
)
def test_a_url_is_composed_of_its_parts(
    kind: Kind, attributes: dict[str, Any], url: str | None
) -> None:
    """Without a whole URL the parts make one: a service's own host, or the called one's."""
    section = encode(attributes, kind).get("http") or {}

    assert url == section.get("request", {}).get("url")


@pytest.mark.parametrize(
    "attributes",
    [
        {"server.address": "redis", "server.port": 6379},
        {"host.name": "pet"},
        {"client.address": "/run/socket"},
        {"http.response.status_code": "many"},
        {"network.peer.address": "10.0.0.1"},
    ],
)
def test_what_makes_no_section_stays_metadata(attributes: dict[str, Any]) -> None:
    """A span that is no HTTP request keeps its attributes."""
    document = encode(attributes, Kind.SERVER)

    assert "http" not in document
    assert {"default": attributes} == document.get("metadata")


def test_the_peer_of_a_call_is_not_its_client() -> None:
    """A client span's peer is the server: it gives no client_ip."""
    document = encode({"http.method": "GET", "network.peer.address": "10.0.0.1"}, Kind.CLIENT)

    assert document.get("http") == {"request": {"method": "GET"}}
    assert document.get("metadata") == {"default": {"network.peer.address": "10.0.0.1"}}
