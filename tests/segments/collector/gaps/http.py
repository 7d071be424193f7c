"""The http section, and the flags."""

from __future__ import annotations

from otel_xray.model.span import Kind
from tests.segments.collector.gaps.gap import ABSENT, DEFAULT, Gap
from tests.segments.making import make_span

GAPS = (
    Gap(
        18,
        "A client's URL has no host",
        make_span(
            {
                "url.scheme": "https",
                "server.address": "api.example.com",
                "network.peer.address": "10.0.0.1",
            },
            Kind.CLIENT,
        ),
        ("http", "request", "url"),
        "https:///",
        "https://api.example.com/",
    ),
    Gap(
        19,
        "A path alone makes no URL, and a host alone does",
        make_span({"url.path": "/a"}, Kind.SERVER),
        ("http", "request", "url"),
        ABSENT,
        "/a",
    ),
    Gap(
        20,
        "Attributes about hosts and URLs vanish",
        make_span({"server.address": "api.example.com"}),
        (*DEFAULT, "server.address"),
        ABSENT,
        "api.example.com",
    ),
    Gap(
        21,
        "The size of a response is not read",
        make_span({"http.request.method": "GET", "http.response.body.size": 12}),
        ("http", "response", "content_length"),
        0,
        12,
    ),
    Gap(
        22,
        "A client's peer is taken for its client",
        make_span({"http.method": "GET", "net.peer.ip": "10.0.0.1"}, Kind.CLIENT),
        ("http", "request", "client_ip"),
        "10.0.0.1",
        ABSENT,
    ),
    Gap(
        23,
        "A client without a peer is called forwarded",
        make_span({"http.method": "GET", "client.address": "10.1.2.3"}, Kind.SERVER),
        ("http", "request", "x_forwarded_for"),
        True,
        ABSENT,
    ),
    Gap(
        24,
        "Of two values for one thing one is lost",
        make_span({"http.request.method": "GET", "http.method": "POST"}),
        (*DEFAULT, "http.method"),
        ABSENT,
        "POST",
    ),
    Gap(
        25,
        "A status code that is text is 0",
        make_span({"http.response.status_code": "503"}),
        ("fault",),
        False,
        True,
    ),
    Gap(
        26,
        "Error and throttle cannot be stated",
        make_span({"aws.xray.error": True}),
        ("error",),
        False,
        True,
    ),
)
