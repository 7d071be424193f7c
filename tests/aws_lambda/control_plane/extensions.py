"""The Extensions API, for extensions inside the runtime's process (developer guide, 2020-01-01)."""

from __future__ import annotations

import json
import queue
import re
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from otel_xray.demo.lambda_service.endpoint import Reply, Request, Route

PREFIX = "/2020-01-01/extension"
IDENTIFIER = "Lambda-Extension-Identifier"

JSON = {"Content-Type": "application/json"}


def refusal(status: HTTPStatus, kind: str, message: str = "") -> Reply:
    """Return an error as the APIs write it."""
    body = json.dumps({"errorMessage": message or kind, "errorType": kind})
    return Reply(status, body.encode(), JSON)


@dataclass(slots=True)
class Extension:
    """
    One that has registered.

    Attributes:
        events: what it registered for.
        waits: it has asked for the next event and got none yet.
    """

    name: str
    events: frozenset[str]
    waits: bool = False
    pending: queue.SimpleQueue[Mapping[str, Any] | None] = field(default_factory=queue.SimpleQueue)


class Extensions:
    """
    Those of one runtime process.

    Args:
        allowed: events that an internal extension may register for.
        answer: what refuses every registration.

    Attributes:
        registered: by identifier.
        is_open: new ones may register: until the runtime asks for its first invocation.
        idle_since: when one last asked for an event, in seconds since the epoch.
    """

    def __init__(self, allowed: frozenset[str], answer: Reply | None) -> None:
        self.registered: dict[str, Extension] = {}
        self.is_open = True
        self.idle_since = 0.0
        self._allowed = allowed
        self._answer = answer
        self._changed = threading.Condition()

    @property
    def routes(self) -> tuple[Route, ...]:
        """What it serves."""
        return (
            ("POST", re.compile(f"{PREFIX}/register"), self._register),
            ("GET", re.compile(f"{PREFIX}/event/next"), self._next),
            ("POST", re.compile(f"{PREFIX}/(init|exit)/error"), self._error),
        )

    def invoke(self, event: Mapping[str, Any]) -> None:
        """Tell the extensions that want to know of an invocation."""
        for extension in self.registered.values():
            if "INVOKE" in extension.events:
                extension.waits = False
                extension.pending.put(event)

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until every extension has asked for its next event; say whether all have."""
        with self._changed:
            return self._changed.wait_for(
                lambda: all(extension.waits for extension in self.registered.values()), timeout
            )

    def close(self) -> None:
        """Answer those that still wait."""
        for extension in self.registered.values():
            extension.pending.put(None)

    def _register(self, request: Request) -> Reply:
        if self._answer is not None:
            return self._answer
        name = request.headers.get("Lambda-Extension-Name")
        events = frozenset(json.loads(request.body)["events"])
        if not name:
            return refusal(HTTPStatus.BAD_REQUEST, "Extension.InvalidExtensionName")
        if not self.is_open:
            return refusal(HTTPStatus.FORBIDDEN, "Extension.RegistrationClosed")
        if not events <= self._allowed:
            return refusal(HTTPStatus.FORBIDDEN, "Extension.InvalidEventType")
        identifier = str(uuid.uuid4())
        self.registered[identifier] = Extension(name, events)
        body = json.dumps({"functionName": "f", "functionVersion": "$LATEST", "handler": "f"})
        return Reply(HTTPStatus.OK, body.encode(), {**JSON, IDENTIFIER: identifier})

    def _next(self, request: Request) -> Reply:
        extension = self.registered.get(request.headers.get(IDENTIFIER, ""))
        if extension is None:
            return refusal(HTTPStatus.FORBIDDEN, "Extension.UnknownExtensionIdentifier")
        with self._changed:
            extension.waits = True
            self.idle_since = time.time()
            self._changed.notify_all()
        event = extension.pending.get()
        if event is None:
            return Reply(HTTPStatus.GONE, b"The execution environment is shut down.")
        return Reply(HTTPStatus.OK, json.dumps(event).encode(), JSON)

    def _error(self, request: Request) -> Reply:
        self.registered.pop(request.headers.get(IDENTIFIER, ""), None)
        return Reply(HTTPStatus.ACCEPTED, b'{"status":"OK"}', JSON)
