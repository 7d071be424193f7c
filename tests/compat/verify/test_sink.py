"""The sink stands in the place of the X-Ray daemon."""

import http.client
import json
import socket
from typing import Any

import pytest

from otel_xray.compat.verify.sink import Sink

pytestmark = pytest.mark.slow


def test_it_keeps_every_datagram_in_order() -> None:
    """Also those that wait when the program has ended, and the largest that there are."""
    sent = [b"x" * 65_000, *(f"{number}".encode() for number in range(500))]
    with Sink() as sink, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
        host, _, port = sink.address.partition(":")
        for data in sent:
            program.sendto(data, (host, int(port)))

    assert sent == sink.datagrams


def test_it_has_everything_sampled() -> None:
    """The same port answers the X-Ray SDK's questions about rules, and no other question."""
    with Sink() as sink:
        connection = http.client.HTTPConnection(sink.address, timeout=10)

        def asked(path: str) -> tuple[int, Any]:
            connection.request("POST", path, body=b"{}")
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        status, rules = asked("/GetSamplingRules")
        assert (200, 1.0) == (status, rules["SamplingRuleRecords"][0]["SamplingRule"]["FixedRate"])
        status, targets = asked("/SamplingTargets")
        assert (200, []) == (status, targets["SamplingTargetDocuments"])
        assert (404, {}) == asked("/TraceSegments")
        connection.close()
