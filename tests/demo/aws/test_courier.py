"""The courier, between an SQS of a few lines and a Lambda service that fails at first."""

from __future__ import annotations

import json
import re
import time
from contextlib import closing
from http import HTTPStatus

import pytest

from otel_xray.demo.aws.courier import Courier
from otel_xray.demo.aws.middleware import TracedEvents
from otel_xray.demo.lambda_service.endpoint import Endpoint, Reply, Request

EVENT = json.dumps({"id": "a", "detail": {}})


class Amazon:
    """SQS with one message, and a Lambda that does not know its function at first."""

    def __init__(self) -> None:
        self.waiting = [EVENT]
        self.statuses = [HTTPStatus.NOT_FOUND, HTTPStatus.ACCEPTED]
        self.invoked: list[tuple[bytes, str | None]] = []

    def sqs(self, request: Request) -> Reply:
        """Answer ReceiveMessage and DeleteMessage."""
        if request.headers["X-Amz-Target"] == "AmazonSQS.DeleteMessage":
            self.waiting.clear()
            return Reply(HTTPStatus.OK, b"{}")
        if not self.waiting:
            time.sleep(0.05)
        found = [{"MessageId": "m", "ReceiptHandle": "r", "Body": text} for text in self.waiting]
        return Reply(HTTPStatus.OK, json.dumps({"Messages": found}).encode())

    def invoke(self, request: Request) -> Reply:
        """Answer Invoke."""
        self.invoked.append((request.body, request.headers.get("X-Amzn-Trace-Id")))
        return Reply(self.statuses.pop(0), b"")


@pytest.mark.slow
def test_an_event_is_delivered_until_it_succeeds(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """An event whose invocation fails is delivered again, in its trace, and then deleted."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    amazon, events = Amazon(), TracedEvents()
    routes = (
        ("POST", re.compile("/"), amazon.sqs),
        ("POST", re.compile("/2015-03-31/.*"), amazon.invoke),
    )
    events.remember("a", "Root=1")
    with closing(Endpoint(routes)) as endpoint:
        url = f"http://{endpoint.address}"
        courier = Courier(url, url, queue=f"{url}/queue", function="f", events=events)
        with closing(courier):
            deadline = time.monotonic() + 20
            while amazon.waiting and time.monotonic() < deadline:
                time.sleep(0.02)
    assert amazon.invoked == [(EVENT.encode(), "Root=1")] * 2
    assert "events wait" in capfd.readouterr().err
