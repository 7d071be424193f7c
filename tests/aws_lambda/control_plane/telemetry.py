"""The Telemetry API: what the platform tells a subscriber (developer guide, 2022-07-01)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from otel_xray.demo.lambda_service.endpoint import Reply, Request, Route
from tests.aws_lambda.control_plane.events import Event
from tests.aws_lambda.control_plane.extensions import IDENTIFIER, refusal

PATH = "/2022-07-01/telemetry"
HOST = "sandbox.localdomain"  # the only one that subscribers may name; here it is the loopback

_SUBSCRIBED = Reply(HTTPStatus.OK, b'"OK"')
_TIMEOUT = 10.0


class Telemetry:
    """
    Collects events for one environment, whose processes may subscribe one after the other.

    Args:
        schemas: versions that a subscriber may ask for.
        answer: what refuses every subscription.

    Attributes:
        subscription: the last one, as it was asked for.
        pending: events that were not delivered yet; earlier ones wait for a subscriber.
    """

    def __init__(self, schemas: frozenset[str], answer: Reply | None) -> None:
        self.subscription: dict[str, Any] | None = None
        self.pending: list[Event] = []
        self._schemas = schemas
        self._answer = answer

    def route(self, may_subscribe: Callable[[str], bool]) -> Route:
        """
        Return what it serves to one process.

        Args:
            may_subscribe: says whether the extension with an identifier may, now.
        """

        def subscribe(request: Request) -> Reply:
            if self._answer is not None:
                return self._answer
            if not may_subscribe(request.headers.get(IDENTIFIER, "")):
                return refusal(HTTPStatus.FORBIDDEN, "Telemetry.SubscriptionClosed")
            wanted = json.loads(request.body)
            problem = self._problem(wanted)
            if problem:
                return refusal(HTTPStatus.BAD_REQUEST, "ValidationError", problem)
            self.subscription = wanted
            return _SUBSCRIBED

        return ("PUT", re.compile(PATH), subscribe)

    def emit(self, *events: Event) -> None:
        """Keep *events* for the next delivery."""
        self.pending.extend(events)

    def deliver(self) -> int:
        """Send what is kept, if anybody has subscribed, and return how many events that were."""
        if self.subscription is None or not self.pending:
            return 0
        events, self.pending = self.pending, []
        self.post(json.dumps(events).encode())
        return len(events)

    def post(self, body: bytes) -> int:
        """Send *body*, whatever it is, to the subscriber; return the status of the answer."""
        assert self.subscription is not None, "nobody has subscribed"
        target = urlsplit(self.subscription["destination"]["URI"])
        connection = HTTPConnection("127.0.0.1", target.port, timeout=_TIMEOUT)
        try:
            headers = {"Content-Type": "application/json", "Host": target.netloc}
            connection.request("POST", target.path or "/", body, headers)
            with connection.getresponse() as response:
                response.read()
                return response.status
        finally:
            connection.close()

    def _problem(self, wanted: dict[str, Any]) -> str:
        destination = wanted["destination"]
        buffering = wanted.get("buffering", {})
        checks = (
            (wanted["schemaVersion"] in self._schemas, "schemaVersion"),
            (set(wanted["types"]) <= {"platform", "function", "extension"}, "types"),
            (destination["protocol"] == "HTTP", "protocol"),
            (urlsplit(destination["URI"]).hostname == HOST, "URI"),
            (1000 <= buffering.get("maxItems", 1000) <= 10_000, "maxItems"),
            (262_144 <= buffering.get("maxBytes", 262_144) <= 1_048_576, "maxBytes"),
            (25 <= buffering.get("timeoutMs", 25) <= 30_000, "timeoutMs"),
        )
        return ", ".join(name for valid, name in checks if not valid)
