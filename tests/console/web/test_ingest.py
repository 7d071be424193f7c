from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from starlette.types import ASGIApp

from otel_xray.console.receive.bodies import ENCODED_BYTES
from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.console.web.app import create_app
from tests.console.documents import TRACE, json_request, json_span, request, span
from tests.console.web.asgi import post

PROTOBUF = "application/x-protobuf"
JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "media", "coding"),
    [
        (request(span()), PROTOBUF, ""),
        (request(span()), PROTOBUF, "identity"),
        (gzip.compress(request(span())), PROTOBUF, "gzip"),
        (json_request(json_span()), JSON, ""),
        (gzip.compress(json_request(json_span())), f"{JSON}; charset=utf-8", "GZIP"),
    ],
)
def test_a_request_is_answered_when_it_is_stored(
    app: ASGIApp, store: SqliteStore, body: bytes, media: str, coding: str
) -> None:
    """Both encodings, with and without gzip; the answer has the request's type."""
    answer = post(app, body, content_type=media, content_encoding=coding)
    assert (200, media.partition(";")[0]) == (answer.status, answer.headers["content-type"])
    with closing(sqlite3.connect(store.path)) as other:
        assert (1,) == other.execute("select entities from state").fetchone()


def test_a_request_without_spans_is_fine(app: ASGIApp) -> None:
    """An empty request is answered with an empty response."""
    answer = post(app, b"", content_type=PROTOBUF)
    assert (200, b"") == (answer.status, answer.body)


def test_refused_spans_are_reported_and_the_others_kept(app: ASGIApp, store: SqliteStore) -> None:
    """Partial success: the answer counts, the good span is stored."""
    answer = post(app, request(span(trace_id=b""), span()), content_type=PROTOBUF)
    partial = ExportTraceServiceResponse.FromString(answer.body).partial_success
    assert (200, 1) == (answer.status, partial.rejected_spans)
    assert store.trace(TRACE) is not None


@pytest.mark.parametrize(
    ("body", "media", "coding", "status", "reason"),
    [
        (b"{}", "text/plain", "", 415, "Content-Type is 'text/plain'; send"),
        (b"{}", "", "", 415, "Content-Type is ''"),
        (b"{}", JSON, "br", 415, "Content-Encoding is 'br'; send identity or gzip"),
        (b"{", JSON, "", 400, "is no JSON"),
        (b"\xff\xff", PROTOBUF, "", 400, "no OTLP trace request"),
        (b"{}", JSON, "gzip", 400, "is not gzip"),
        (gzip.compress(bytes(1 << 20)) * 70, JSON, "gzip", 413, "when decompressed"),
        (bytes(ENCODED_BYTES + 1), JSON, "", 413, "send smaller batches"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_remedy(
    app: ASGIApp, body: bytes, media: str, coding: str, status: int, reason: str
) -> None:
    """The status is OTLP's, the message says what was sent and what to do."""
    answer = post(app, body, content_type=media, content_encoding=coding)
    assert status == answer.status
    assert reason in answer.json["message"]


def test_a_store_that_shuts_down_asks_to_try_again(tmp_path: Path) -> None:
    """503 with Retry-After makes exporters keep their spans."""
    store = SqliteStore(tmp_path / "console.db")
    app = create_app(store)
    store.close()
    answer = post(app, request(span()), content_type=PROTOBUF)
    assert (503, "1") == (answer.status, answer.headers["retry-after"])
    assert "shutting down" in answer.json["message"]
