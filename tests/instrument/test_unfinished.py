"""Bodies that are read after their call has ended."""

from __future__ import annotations

import operator
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError, IncompleteReadError, ResponseStreamingError
from botocore.httpchecksum import FlexibleChecksumError
from botocore.response import StreamingBody
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, Tracer

from otel_xray import instrument
from tests.instrument.conftest import MakeClient
from tests.instrument.making import attributes, only, spans
from tests.instrument.servers import Answer, Server

pytestmark = pytest.mark.slow

CUT = Answer(headers={"x-amz-request-id": "R1"}, body=b"part", missing=4)
READS: list[Any] = [
    operator.methodcaller("read"),
    list,
    lambda body: list(body.iter_lines()),
    lambda body: [body.readinto(bytearray(9)) for _ in range(3)],
]


@pytest.fixture(autouse=True)
def installed() -> None:
    """Trace everything."""
    instrument.install()


@pytest.mark.parametrize("read", READS, ids=["whole", "chunks", "lines", "into"])
def test_an_object_that_cannot_be_read_is_a_span_below_its_call(
    read: Any, client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """The call has ended well, and the failure is a span of its own, once."""
    server.answers.append(CUT)
    with tracer.start_as_current_span("work"):
        body = client("s3").get_object(Bucket="b", Key="k")["Body"]
        call = only(exporter)
        for _ in range(2):
            with pytest.raises((ResponseStreamingError, IncompleteReadError)):
                read(body)

    _, failure = spans(exporter)
    assert "S3.GetObject body" == failure.name
    assert failure.parent == call.context
    assert StatusCode.UNSET is call.status.status_code
    assert StatusCode.ERROR is failure.status.status_code
    found = attributes(failure)
    assert ("S3", "GetObject") == (found["rpc.service"], found["rpc.method"])
    assert "exception" == failure.events[0].name


def test_an_object_that_was_changed_on_its_way_is_a_failure_too(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """A checksum that does not fit is noticed above the reading."""
    headers = {"x-amz-checksum-crc32": "AAAAAA=="}
    server.answers.append(Answer(headers=headers, body=b"content"))
    with tracer.start_as_current_span("work"):
        body = client("s3").get_object(Bucket="b", Key="k", ChecksumMode="ENABLED")["Body"]
        with pytest.raises(FlexibleChecksumError):
            body.read()

    assert "S3.GetObject body" == spans(exporter)[-1].name


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_that_cannot_be_read_is_a_span_below_its_call(
    stream: bool, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Whether requests reads the body or the application does."""
    server.answers.append(CUT)
    with tracer.start_as_current_span("work"), pytest.raises(requests.RequestException):
        requests.get(f"{server.url}/order?token=secret", stream=stream, timeout=5).json()

    call, failure = spans(exporter)
    assert ("GET", "GET body") == (call.name, failure.name)
    assert failure.parent == call.context
    assert f"{server.url}/order" == attributes(failure)["url.full"]
    assert 200 == attributes(call)["http.response.status_code"]


def test_what_is_read_well_is_no_span(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Nor is anything of a body that nobody reads, or that has come without a span."""
    server.answers.extend([Answer(body=b"content")] * 3)
    s3 = client("s3")
    with tracer.start_as_current_span("work"):
        assert b"content" == s3.get_object(Bucket="b", Key="k")["Body"].read()
        s3.get_object(Bucket="b", Key="k")["Body"].close()
        assert b"content" == requests.get(server.url, timeout=5).content
    server.answers.append(CUT)
    body = s3.get_object(Bucket="b", Key="k")["Body"]
    with pytest.raises(ResponseStreamingError):
        body.read()

    assert ["S3.GetObject", "S3.GetObject", "GET"] == [span.name for span in spans(exporter)]


def test_an_event_stream_that_fails_is_a_span(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """What arrives event by event is a body as well."""
    server.answers.append(Answer(body=b"this is no event stream at all"))
    with tracer.start_as_current_span("work"):
        stream = client("bedrock-runtime").converse_stream(modelId="m")["stream"]
        with pytest.raises(Exception, match=r"[Cc]hecksum|[Pp]relude|[Ll]ength"):
            list(stream)

    assert ["Bedrock Runtime.ConverseStream", "Bedrock Runtime.ConverseStream body"] == [
        span.name for span in spans(exporter)
    ]


def test_it_can_be_taken_back(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Uninstalling restores the methods that read; nothing is intercepted before it is needed."""
    instrument.uninstall()
    original = vars(StreamingBody)["read"]
    instrument.install()
    assert vars(StreamingBody)["read"] is original
    with tracer.start_as_current_span("work"):
        client("s3").get_object(Bucket="b", Key="k")["Body"].read()
    assert vars(StreamingBody)["read"] is not original
    instrument.uninstall()
    assert vars(StreamingBody)["read"] is original


def test_a_refusal_has_no_body_to_watch(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """It was read by botocore, for the error."""
    server.answers.append(Answer(404, body=b"<Error><Code>NoSuchKey</Code></Error>"))
    with tracer.start_as_current_span("work"), pytest.raises(ClientError):
        client("s3").get_object(Bucket="b", Key="k")
    assert 1 == len(spans(exporter))
