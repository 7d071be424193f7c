"""The http section, and the flags."""

from __future__ import annotations

from typing import Any

from otel_xray.model.span import EventData, Kind, SpanData, StatusCode
from tests.segments.collector.facts.fact import Fact
from tests.segments.collector.gaps.gap import ABSENT
from tests.segments.making import make_span

TIME = 1_500_000_000_123_456_789
URL = (0, "http", "request", "url")
CLIENT_IP = (0, "http", "request", "client_ip")


def request(kind: Kind = Kind.SERVER, **attributes: Any) -> SpanData:
    """Return a request; ``__`` stands for the dots of attributes."""
    dotted = {key.replace("__", "."): value for key, value in attributes.items()}
    return make_span({"http.method": "GET", **dotted}, kind)


FACTS = (
    Fact(
        "http.host has a port", request(http__host="h:81", net__host__port=82), URL, "http://h:81/"
    ),
    Fact(
        "another host is given one",
        request(http__server_name="h", server__port="82"),
        URL,
        "http://h:82/",
    ),
    Fact(
        "unless it is the scheme's own",
        request(net__host__name="h", net__host__port=443, url__scheme="https"),
        URL,
        "https://h/",
    ),
    Fact(
        "a port that is none is 0", request(host__name="h", net__host__port=""), URL, "http://h:0/"
    ),
    Fact(
        "a query has one question mark",
        request(server__address="h", url__path="/a", url__query="?b=c"),
        URL,
        "http://h/a?b=c",
    ),
    Fact(
        "http.target comes first",
        request(Kind.CLIENT, net__peer__name="h", http__target="/t", url__path="/p"),
        URL,
        "http://h/t",
    ),
    Fact("a whole URL is taken as it is", request(url__full="/only"), URL, "/only"),
    Fact("a client has no zone", request(client__address="fe80::1%eth0"), CLIENT_IP, ABSENT),
    Fact("nor a name", request(client__address="host"), CLIENT_IP, ABSENT),
    Fact(
        "a peer does not replace a client",
        request(http__client_ip="10.0.0.1", net__peer__ip="10.0.0.2"),
        CLIENT_IP,
        "10.0.0.1",
    ),
    Fact(
        "the last of two client addresses counts",
        request(http__client_ip="10.0.0.1", client__address="10.0.0.2"),
        CLIENT_IP,
        "10.0.0.2",
    ),
    Fact(
        "after the flag of progress was taken out, the last attribute stands in its place",
        make_span(
            {
                "aws.xray.inprogress": False,
                "client.address": "10.0.0.2",
                "http.client_ip": "10.0.0.1",
            }
        ),
        CLIENT_IP,
        "10.0.0.2",
    ),
    Fact(
        "the size of what was received may be an event's",
        make_span(
            {"http.method": "GET"},
            events=[
                EventData("message", TIME, {"message.type": "SENT"}),
                EventData(
                    "message",
                    TIME,
                    {"message.type": "RECEIVED", "messaging.message_payload_size_bytes": 12},
                ),
            ],
        ),
        (0, "http", "response", "content_length"),
        12,
    ),
    Fact("429 is a throttle", request(http__status_code=429), (0, "throttle"), True),
    Fact("and an error", request(http__status_code=429), (0, "error"), True),
    Fact("500 is a fault", request(http__response__status_code=500), (0, "fault"), True),
    Fact(
        "a failed span with another code is a fault",
        make_span({"http.status_code": 302}, status=StatusCode.ERROR),
        (0, "fault"),
        True,
    ),
)
