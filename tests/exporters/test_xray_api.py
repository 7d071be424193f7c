"""Segments to PutTraceSegments, as moto takes them and as X-Ray refuses them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from otel_xray import xray_recorder
from otel_xray.exporters.aws import Account
from otel_xray.exporters.delivery import Delivery
from otel_xray.exporters.segments import SegmentExporter
from otel_xray.exporters.xray_api import REMEDY, PutTraceSegments, XRayApiExporter
from otel_xray.model import ids
from otel_xray.segments.framing import parse_datagram
from otel_xray.spans.id_generator import IdGenerator
from otel_xray.testing import Recording
from otel_xray.transport.memory import MemoryTransport
from tests import moto_server
from tests.exporters.aws import scope_of_valid_signature
from tests.exporters.test_delivery import FakeClock
from tests.exporters.test_otlp import BATCH
from tests.transport.receivers import Receiver

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("account")]

REGION = "eu-west-1"
TAKEN: tuple[int, dict[str, str], bytes] = (200, {}, b'{"UnprocessedTraceSegments":[]}')


@pytest.fixture
def time() -> FakeClock:
    """Return a clock that stands still."""
    return FakeClock()


@pytest.fixture
def exporter(
    receiver: Receiver, time: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[XRayApiExporter]:
    """Return an exporter to the receiver, with its own time."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_XRAY", f"http://127.0.0.1:{receiver.server_port}")
    made = XRayApiExporter(Delivery(PutTraceSegments(Account(REGION)), REMEDY, 10, time.clock))
    yield made
    made.shutdown()


def record(name: str = "shop") -> None:
    """Record one segment with an annotated subsegment."""
    with xray_recorder.in_segment(name), xray_recorder.in_subsegment("pay") as pay:
        pay.put_annotation("orderId", "42")


def documents(body: bytes) -> list[dict[str, Any]]:
    """Return the documents of a request."""
    return [json.loads(one) for one in json.loads(body)["TraceSegmentDocuments"]]


def refusing(*unprocessed: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Return X-Ray's answer to documents that it did not take."""
    return 200, {}, json.dumps({"UnprocessedTraceSegments": unprocessed}).encode()


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what this package has logged."""
    return [one.message for one in caplog.records if one.name.startswith("otel_xray")]


def test_the_documents_are_those_that_the_daemon_gets(
    recorded: Recording, exporter: XRayApiExporter, receiver: Receiver
) -> None:
    """Both ways into X-Ray carry the same segments, signed here, and nested."""
    record()
    receiver.answers.append(TAKEN)
    datagrams = MemoryTransport()
    SegmentExporter(Delivery(datagrams, "", 1)).export(recorded.spans)

    assert SpanExportResult.SUCCESS is exporter.export(recorded.spans)
    (body,), (headers,) = receiver.bodies, receiver.headers
    assert [parse_datagram(datagram) for datagram in datagrams.payloads] == documents(body)
    assert "/TraceSegments" == headers["path"]
    scope = scope_of_valid_signature("/TraceSegments", headers, body)
    assert f"{REGION}/xray/aws4_request" == scope
    assert {"orderId": "42"} == documents(body)[0]["subsegments"][0]["annotations"]


def test_fifty_documents_are_a_call(
    recorded: Recording, exporter: XRayApiExporter, receiver: Receiver
) -> None:
    """What X-Ray takes at once is what it is sent at once, over one connection."""
    for number in range(120):
        record(f"shop {number}")
    receiver.answers += [TAKEN] * 3

    assert SpanExportResult.SUCCESS is exporter.export(recorded.spans)
    assert [50, 50, 20] == [len(documents(body)) for body in receiver.bodies]
    assert 1 == receiver.connections


def test_a_document_that_is_too_large_is_sent_in_parts(
    recorded: Recording, exporter: XRayApiExporter, receiver: Receiver
) -> None:
    """No document has more than 64 kB; its subsegments are documents of their own."""
    with xray_recorder.in_segment("shop"):
        for number in range(4):
            with xray_recorder.in_subsegment(f"part {number}") as part:
                part.put_metadata("content", "x" * 20_000)
    receiver.answers.append(TAKEN)

    assert SpanExportResult.SUCCESS is exporter.export(recorded.spans)
    sent = json.loads(receiver.bodies[0])["TraceSegmentDocuments"]
    assert 5 == len(sent)
    assert all(len(one.encode()) <= 64_000 for one in sent)


def test_what_was_not_processed_is_tried_once_more(
    recorded: Recording, exporter: XRayApiExporter, receiver: Receiver
) -> None:
    """A document that X-Ray could not take for reasons of its own is sent again, alone."""
    record("one")
    record("two")
    refused = ids.to_hex(recorded.spans[1].context.span_id)
    receiver.answers += [
        refusing({"Id": refused, "ErrorCode": "InternalFailure", "Message": "try again"}),
        TAKEN,
    ]

    assert SpanExportResult.SUCCESS is exporter.export(recorded.spans)
    assert [["one", "two"], ["one"]] == [
        [document["name"] for document in documents(body)] for body in receiver.bodies
    ]


@pytest.mark.parametrize("code", ["MissingName", "InvalidId", "ParseError", "UnknownType"])
def test_a_document_that_is_wrong_is_reported_with_the_reason(
    recorded: Recording,
    exporter: XRayApiExporter,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    code: str,
) -> None:
    """Id, code and message are one line, with the number of spans; it is not sent again."""
    record()
    refused = ids.to_hex(recorded.spans[1].context.span_id)
    receiver.answers.append(refusing({"Id": refused, "ErrorCode": code, "Message": "no\nname"}))

    assert SpanExportResult.FAILURE is exporter.export(recorded.spans)
    assert 1 == len(receiver.bodies)
    assert [f"2 spans were not sent: {refused}: {code}, noname. {REMEDY}"] == messages(caplog)


def test_a_document_that_is_refused_again_is_lost(
    recorded: Recording,
    exporter: XRayApiExporter,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Once more is once; what then is not taken is reported."""
    record()
    refused = ids.to_hex(recorded.spans[1].context.span_id)
    again = refusing({"Id": refused, "ErrorCode": "ServiceUnavailable", "Message": "later"})
    receiver.answers += [again, again]

    assert SpanExportResult.FAILURE is exporter.export(recorded.spans)
    assert 2 == len(receiver.bodies)
    assert [f"2 spans were not sent: {refused}: ServiceUnavailable, later. {REMEDY}"] == messages(
        caplog
    )


def test_a_document_without_an_id_is_reported_all_the_same(
    recorded: Recording,
    exporter: XRayApiExporter,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """X-Ray cannot say which document it could not read."""
    record()
    receiver.answers.append((200, {}, b'{"UnprocessedTraceSegments":[{"ErrorCode":"Throttled"}]}'))

    assert SpanExportResult.FAILURE is exporter.export(recorded.spans)
    (message,) = messages(caplog)
    assert "1 spans were not sent: a document without an id: Throttled" in message


THROTTLED = b'{"__type":"ThrottledException","message":"slow down"}'


def test_throttling_is_waited_out(
    recorded: Recording, exporter: XRayApiExporter, receiver: Receiver, time: FakeClock
) -> None:
    """A busy X-Ray is asked again after growing waits, or after the one that it names."""
    record()
    kind = {"x-amzn-ErrorType": "ThrottledException"}
    receiver.answers += [
        (429, kind, THROTTLED),
        (429, {**kind, "Retry-After": "4"}, THROTTLED),
        (503, {}, b""),
        TAKEN,
    ]

    assert SpanExportResult.SUCCESS is exporter.export(recorded.spans)
    assert [0.5, 4.0, 2.0] == time.sleeps
    assert 1 == len({*receiver.bodies})


def test_a_refusal_is_final_and_says_why(
    recorded: Recording,
    exporter: XRayApiExporter,
    receiver: Receiver,
    time: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Rights that are missing do not come by waiting."""
    record()
    receiver.answers.append(
        (403, {"x-amzn-ErrorType": "AccessDeniedException"}, b'{"message":"not you"}')
    )

    assert SpanExportResult.FAILURE is exporter.export(recorded.spans)
    assert [] == time.sleeps
    assert [
        f"2 spans were not sent: X-Ray answered AccessDeniedException (not you). {REMEDY}"
    ] == messages(caplog)


def test_nobody_there_is_tried_again_and_reported(
    recorded: Recording, time: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """An endpoint that does not answer costs the batch its time, and one line."""
    record()
    monkeypatch.setenv("AWS_ENDPOINT_URL_XRAY", "http://127.0.0.1:9")
    exporter = XRayApiExporter(Delivery(PutTraceSegments(Account(REGION)), REMEDY, 10, time.clock))

    assert SpanExportResult.FAILURE is exporter.export(recorded.spans)
    assert [0.5, 1.0, 2.0, 4.0] == time.sleeps
    (message,) = messages(caplog)
    assert message.startswith("2 spans were not sent: X-Ray was not reached (Could not connect")


def test_without_credentials_nothing_is_waited_for(
    recorded: Recording,
    exporter: XRayApiExporter,
    time: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What botocore itself refuses is final."""
    record()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")

    assert SpanExportResult.FAILURE is exporter.export(recorded.spans)
    assert [] == time.sleeps
    assert "2 spans were not sent: X-Ray was not reached (Unable to locate credentials)" in (
        caplog.text
    )


def test_its_own_calls_are_not_traced(exporter: XRayApiExporter, receiver: Receiver) -> None:
    """With botocore instrumented by OpenTelemetry, sending makes no span and carries no header."""
    receiver.answers += [TAKEN] * 2
    kept = InMemorySpanExporter()
    provider = TracerProvider(id_generator=IdGenerator(), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    theirs: Any = pytest.importorskip("opentelemetry.instrumentation.botocore")
    theirs = theirs.BotocoreInstrumentor()
    theirs.instrument(tracer_provider=provider)
    try:
        with provider.get_tracer("application").start_as_current_span("order"):
            exporter.export(BATCH)
            session: Any = boto3.session.Session()
            client = session.client("xray", region_name=REGION)
            client.put_trace_segments(TraceSegmentDocuments=["{}"])
            client.close()
    finally:
        theirs.uninstrument()

    assert ["XRay.PutTraceSegments", "order"] == [span.name for span in kept.get_finished_spans()]
    assert "X-Amzn-Trace-Id" not in receiver.headers[0]
    assert "X-Amzn-Trace-Id" in receiver.headers[1]


@pytest.fixture
def moto() -> Iterator[str]:
    """Serve AWS on loopback."""
    with moto_server.serving() as url:
        yield url


def test_what_is_put_can_be_read_back(
    recorded: Recording, moto: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """Another implementation of the API takes the segments, and boto3 reads them there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_XRAY", moto)
    record()
    exporter = XRayApiExporter.to(Account(REGION))
    with caplog.at_level(logging.WARNING, "otel_xray"):
        assert SpanExportResult.SUCCESS is exporter.export(recorded.spans)
    exporter.shutdown()

    session: Any = boto3.session.Session()
    client = session.client("xray", region_name=REGION)
    trace_id = ids.to_xray(recorded.spans[0].context.trace_id)
    (trace,) = client.batch_get_traces(TraceIds=[trace_id])["Traces"]
    assert ["shop"] == [json.loads(one["Document"])["name"] for one in trace["Segments"]]
    client.close()
