from __future__ import annotations

import json
from typing import Any

from otel_xray.exporters.text import encode
from otel_xray.model.span import EventData, Kind, LinkData, SpanData, StatusCode

TRACE, SPAN = 0x5759E988BD862E3FE1BE46A994272793, 0x53995C3F42CD8AD8
START = 1_465_510_280_123_000_000


def test_a_span_is_a_paragraph() -> None:
    """Name, service, time, ids as X-Ray writes them, annotations and metadata apart."""
    span = SpanData(
        trace_id=TRACE,
        span_id=SPAN,
        name="shop",
        start=START,
        end=START + 12_340_000,
        parent_id=1,
        kind=Kind.SERVER,
        attributes={
            "orderId": 42,
            "aws.xray.annotations": ("orderId",),
            "aws.xray.metadata.default": '{"a":1}',
            "http.request.method": "GET",
        },
        status=StatusCode.ERROR,
        status_message="no stock",
        events=[EventData("exception", START, {"exception.type": "ValueError"})],
        links=[LinkData(TRACE, 2)],
        resource={"service.name": "orders"},
    )

    expected = """\
22:11:20.123 shop (server, orders) 12.3 ms ERROR: no stock
    trace 1-5759e988-bd862e3fe1be46a994272793 span 53995c3f42cd8ad8 parent 0000000000000001
    annotation orderId = 42
    metadata default = {"a":1}
    http.request.method = GET
    event exception: exception.type = ValueError
    link to trace 1-5759e988-bd862e3fe1be46a994272793 span 0000000000000002
"""
    assert expected == encode([span]).decode()


def test_what_a_request_has_brought_does_not_reach_the_terminal() -> None:
    """Control characters are written out, and long values end early."""
    attributes = {"agent": "\x1b[2Jgone\n", "long": "x" * 1000}
    span = SpanData(TRACE, SPAN, "a\nb", START, None, attributes=attributes)
    lines = encode([span]).decode().splitlines()

    assert r"a\nb" in lines[0]
    assert lines[0].endswith("in progress")
    assert r"    agent = \x1b[2Jgone\n" == lines[2]
    assert f"    long = {'x' * 200}…" == lines[3]
    assert 4 == len(lines)


def test_odd_values_are_shown_all_the_same() -> None:
    """Lists, objects and half a character have a form, too."""
    attributes: dict[str, Any] = {
        "list": (1, 2),
        "map": {"a": 1},
        "half": "\ud800",
        "aws.xray.annotations": "list",
    }
    text = encode([SpanData(TRACE, SPAN, "s", START, START, attributes=attributes)]).decode()

    assert "    annotation list = (1, 2)\n" not in text
    assert json.dumps({"a": 1}).replace('"', "'") in text
    assert r"half = \ud800" in text
