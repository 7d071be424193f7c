"""
What AWS does and moto does not, as WSGI in front of moto.

* EventBridge carries the tracing header of ``PutEvents`` on to the rule's targets.
* DynamoDB throttles writes to a hot key: those marked by
  ``POST /demo/throttled/<table>/<key value>``.
* Every answer has a request id in its headers.
"""

from __future__ import annotations

import io
import json
import re
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers: TypeAlias = list[tuple[str, str]]

REQUEST_ID = "x-amzn-RequestId"
THROTTLED = re.compile(r"/demo/throttled/([^/]+)/([^/]+)")

_THROTTLED_TYPE = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
_THROTTLED_TEXT = (
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API."
)


class TracedEvents:
    """The tracing header with which each event was put; shared with the courier."""

    def __init__(self) -> None:
        self._headers: dict[str, str | None] = {}
        self._changed = threading.Condition()

    def remember(self, event_id: str, header: str | None) -> None:
        """Keep the header of an event; None: it came without."""
        with self._changed:
            self._headers[event_id] = header
            self._changed.notify_all()

    def header(self, event_id: str, timeout: float) -> str | None:
        """
        Return the header of an event.

        The event may be in its queue before ``PutEvents`` has been answered, hence *timeout*, in
        seconds.
        """
        with self._changed:
            self._changed.wait_for(lambda: event_id in self._headers, timeout)
            return self._headers.get(event_id)

    def forget(self, event_id: str) -> None:
        """Drop the header of an event that has been delivered."""
        with self._changed:
            self._headers.pop(event_id, None)


class AwsMiddleware:
    """Stands in front of *application*, which is moto's."""

    def __init__(self, application: Application, events: TracedEvents) -> None:
        self._application = application
        self._events = events
        self._throttled: set[tuple[str, str]] = set()
        self._operations: dict[str, Application] = {
            "AWSEvents.PutEvents": self._put_events,
            "DynamoDB_20120810.PutItem": self._put_item,
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        mark = THROTTLED.fullmatch(environ.get("PATH_INFO", ""))
        if mark and environ["REQUEST_METHOD"] == "POST":
            self._throttled.add((mark[1], mark[2]))
            start_response("204 No Content", [])
            return []
        operation = self._operations.get(environ.get("HTTP_X_AMZ_TARGET", ""))
        return (operation or self._application)(environ, _with_request_id(start_response))

    def _put_events(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = b"".join(self._application(environ, start_response))
        header = environ.get("HTTP_X_AMZN_TRACE_ID")
        for event_id in _event_ids(body):
            self._events.remember(event_id, header)
        return [body]

    def _put_item(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if self._throttled and not self._throttled.isdisjoint(_written(body)):
            return _throttle(start_response)
        return self._application(environ, start_response)


def _with_request_id(start_response: StartResponse) -> StartResponse:
    def start(status: str, headers: Headers, *rest: Any) -> Any:
        if not any(name.lower() == REQUEST_ID.lower() for name, _ in headers):
            headers = [*headers, (REQUEST_ID, str(uuid.uuid4()))]
        return start_response(status, headers, *rest)

    return start


def _event_ids(body: bytes) -> list[str]:
    """Return the ids of the accepted entries of a ``PutEvents`` answer."""
    try:
        entries = json.loads(body).get("Entries", [])
    except ValueError:
        return []
    return [entry["EventId"] for entry in entries if "EventId" in entry]


def _written(body: bytes) -> set[tuple[str, str]]:
    """Return table and value for every string that a ``PutItem`` request writes."""
    request = json.loads(body)
    values = request.get("Item", {}).values()
    return {(request.get("TableName", ""), value["S"]) for value in values if "S" in value}


def _throttle(start_response: StartResponse) -> Iterable[bytes]:
    body = json.dumps({"__type": _THROTTLED_TYPE, "message": _THROTTLED_TEXT}).encode()
    headers = [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(body)))]
    start_response("400 Bad Request", headers)
    return [body]
