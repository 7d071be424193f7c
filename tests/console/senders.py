"""Ways into a running console, and the traces that the page's tests look at."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from otel_xray.console.server import ConsoleServer
from otel_xray.model.document import Document

UDP_HEADER = b'{"format":"json","version":1}\n'
NANOSECONDS = 10**9
PATIENCE = 20  # seconds


class Senders:
    """Sends what X-Ray SDKs and OpenTelemetry exporters send."""

    def __init__(self, console: ConsoleServer) -> None:
        self._console = console
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self) -> Senders:  # noqa: PYI034  typing.Self needs Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._socket.close()

    def segments(self, *documents: Document) -> None:
        """Send each document in a datagram of its own, as to the daemon; wait for the last."""
        for document in documents:
            datagram = UDP_HEADER + json.dumps(document).encode()
            self._socket.sendto(datagram, self._console.udp_address)
        path = f"api/traces/{documents[-1]['trace_id']}/entities/{documents[-1]['id']}"
        deadline = time.monotonic() + PATIENCE
        while not self._answers(path):
            assert time.monotonic() < deadline, f"{path} was not stored"
            time.sleep(0.01)

    def spans(self, service: str, spans: Iterable[dict[str, Any]]) -> None:
        """Send spans of one service as OTLP/HTTP JSON; they are stored when this returns."""
        named = {"key": "service.name", "value": {"stringValue": service}}
        body = {
            "resourceSpans": [
                {"resource": {"attributes": [named]}, "scopeSpans": [{"spans": list(spans)}]}
            ]
        }
        request = Request(
            self._console.otlp_url, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=60) as answer:
            assert 200 == answer.status

    def _answers(self, path: str) -> bool:
        try:
            with urlopen(f"{self._console.url}{path}", timeout=PATIENCE):
                return True
        except HTTPError as error:
            error.close()
            return False


def new_trace_id(number: int) -> str:
    """Return a trace id in X-Ray's spelling that begins now."""
    return f"1-{int(time.time()):08x}-{number:024x}"


def entity_id(number: int) -> str:
    """Return an id of 16 digits."""
    return f"{number:016x}"


def span(
    trace: str, number: int, name: str, start: float, end: float, **more: Any
) -> dict[str, Any]:
    """Return a span as OTLP's JSON has it; *start* and *end* in seconds since the epoch."""
    return {
        "traceId": trace.replace("-", "")[1:],
        "spanId": entity_id(number),
        "name": name,
        "kind": 2,
        "startTimeUnixNano": str(int(start * NANOSECONDS)),
        "endTimeUnixNano": str(int(end * NANOSECONDS)),
        **more,
    }


def order(trace: str, start: float) -> list[Document]:
    """Return the documents of a faulty order: an API's segment, a function's, and its phases."""
    failed: Document = {
        "name": "DynamoDB",
        "id": entity_id(6),
        "namespace": "aws",
        "start_time": start + 0.5,
        "end_time": start + 0.6,
        "throttle": True,
        "error": True,
        "http": {"response": {"status": 400}},
        "aws": {"operation": "PutItem", "table_name": "orders"},
        "cause": {
            "working_directory": "/var/task",
            "exceptions": [
                {
                    "id": "aaaaaaaaaaaaaaaa",
                    "type": "StoreError",
                    "message": "<b>could not store</b>",
                    "cause": "bbbbbbbbbbbbbbbb",
                    "stack": [{"path": "store.py", "line": 41, "label": "store"}],
                },
                {
                    "id": "bbbbbbbbbbbbbbbb",
                    "type": "ClientError",
                    "message": "too fast",
                    "remote": True,
                },
            ],
        },
    }
    handler: Document = {
        "name": "## handler",
        "id": entity_id(5),
        "start_time": start + 0.4,
        "end_time": start + 0.7,
        "fault": True,
        "cause": "aaaaaaaaaaaaaaaa",
        "annotations": {"orderId": "7a31c9", "successfulOrder": False, "items": 3},
        "metadata": {"order": {"orderCreatedEventSent": {"detail": {"itemId": "71032"}}}},
        "subsegments": [failed],
    }
    function: Document = {
        "name": "store_order",
        "id": entity_id(2),
        "trace_id": trace,
        "parent_id": entity_id(1),
        "origin": "AWS::Lambda::Function",
        "start_time": start + 0.1,
        "end_time": start + 0.9,
        "fault": True,
        "subsegments": [
            _phase("Initialization", 3, start + 0.15, start + 0.35),
            {
                **_phase("Invocation", 4, start + 0.4, start + 0.75),
                "fault": True,
                "subsegments": [handler],
            },
            _phase("Overhead", 7, start + 0.8, start + 0.85),
        ],
    }
    front: Document = {
        "name": "orders.example.com",
        "id": entity_id(1),
        "trace_id": trace,
        "origin": "AWS::ApiGateway::Stage",
        "start_time": start,
        "end_time": start + 1,
        "fault": True,
        "http": {
            "request": {"method": "POST", "url": "https://orders.example.com/order/71032"},
            "response": {"status": 502},
        },
    }
    return [function, front]


def _phase(name: str, number: int, start: float, end: float) -> Document:
    return {"name": name, "id": entity_id(number), "start_time": start, "end_time": end}
