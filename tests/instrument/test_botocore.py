"""AWS calls through botocore."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.client
import botocore.exceptions
import pytest
import requests
from botocore.stub import Stubber
from opentelemetry import context, trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode, Tracer

from otel_xray import instrument
from otel_xray.errors import ConfigurationError
from otel_xray.instrument.botocore import capture
from otel_xray.model import header
from tests import moto_server
from tests.instrument.servers import Answer, Server

MakeClient = Callable[..., Any]

INVOCATION = (
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;"
    "Lineage=a87bd80c:1|68fd508a:5;Future=%7Ckept"
)
TABLE = {"TableName": "orders", "Key": {"orderId": {"S": "1"}}}


def refused(status: int, code: str) -> Answer:
    """Return DynamoDB's way to refuse."""
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
    return Answer(status, {"x-amzn-RequestId": "R1"}, json.dumps(body).encode())


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    """Return the one span that botocore's instrumentation has finished."""
    (span,) = spans(exporter)
    return span


def spans(exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    """Return the finished spans of AWS calls, oldest end first."""
    return [span for span in exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]


def attributes(span: ReadableSpan) -> dict[str, Any]:
    """Return a span's attributes."""
    return dict(span.attributes or {})


def sent(server: Server, index: int = -1) -> header.TraceHeader:
    """Return a request's only tracing header."""
    (text,) = server.requests[index].all("X-Amzn-Trace-Id")
    return header.parse(text)


@pytest.fixture
def installed() -> None:
    """Instrument botocore as a whole."""
    instrument.install("botocore")


@pytest.fixture
def segment(tracer: Tracer) -> Iterator[trace.Span]:
    """Run the test inside a span of the application."""
    with tracer.start_as_current_span("segment") as span:
        yield span


@pytest.mark.usefixtures("installed")
def test_a_call_is_a_client_span_that_x_ray_names_after_the_service(
    segment: trace.Span,
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
) -> None:
    """A call gives one CLIENT span with the attributes that X-Ray's aws section is made of."""
    server.answers.append(Answer(headers={"x-amzn-RequestId": "R1"}))
    client().get_item(**TABLE)
    span = only(exporter)
    assert span.name == "DynamoDB.GetItem"
    assert span.parent is not None
    assert span.parent.span_id == segment.get_span_context().span_id
    assert span.status.status_code is StatusCode.UNSET
    assert attributes(span) == {
        "rpc.system": "aws-api",
        "rpc.service": "DynamoDB",
        "rpc.method": "GetItem",
        "aws.region": "eu-west-1",
        "cloud.region": "eu-west-1",
        "aws.request_id": "R1",
        "aws.dynamodb.table_names": ("orders",),
        "db.system.name": "aws.dynamodb",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": server.port,
    }


@pytest.mark.usefixtures("installed", "segment")
def test_the_request_names_the_span(
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
) -> None:
    """Root, Parent and Sampled on the wire are those of the call's own span."""
    client().get_item(**TABLE)
    own = only(exporter).context
    assert own is not None
    assert sent(server) == header.TraceHeader(own.trace_id, own.span_id, sampled=True)


@pytest.mark.parametrize("function", ["processOrder", None])
@pytest.mark.usefixtures("installed", "segment")
def test_lineage_and_unknown_fields_are_sent_as_they_were_received(
    function: str | None,
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether or not botocore copied Lambda's header first, the other fields keep their bytes."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", INVOCATION)
    if function:
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", function)
    client().get_item(**TABLE)
    own = only(exporter).context
    assert own is not None
    assert server.trace_headers() == [
        header.format(header.TraceHeader(own.trace_id, own.span_id, sampled=True))
        + ";Lineage=a87bd80c:1|68fd508a:5;Future=%7Ckept"
    ]


@pytest.mark.usefixtures("installed", "segment")
def test_the_tracing_header_of_the_application_keeps_its_other_fields(
    client: MakeClient, server: Server
) -> None:
    """A header that a handler of the application set is merged, in its own spelling."""
    made = client()

    def add(params: dict[str, Any], **_: object) -> None:
        params["headers"]["x-amzn-trace-id"] = "Self=1-2-3;Root=1-old;Note=a%20b"

    made.meta.events.register("before-call.dynamodb", add)
    made.get_item(**TABLE)
    (text,) = server.trace_headers()
    assert text.endswith(";Sampled=1;Self=1-2-3;Note=a%20b")


@pytest.mark.usefixtures("installed")
def test_in_lambda_the_functions_segment_is_the_parent_of_a_call_outside_of_any_span(
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a current span the invocation's header gives trace id and parent."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", INVOCATION)
    client().get_item(**TABLE)
    span = only(exporter)
    assert span.parent is not None
    assert span.parent.is_remote
    assert f"{span.parent.span_id:016x}" == "53995c3f42cd8ad8"
    assert f"{span.parent.trace_id:032x}" == "5759e988bd862e3fe1be46a994272793"
    assert span.context is not None
    assert sent(server).parent == span.context.span_id


@pytest.mark.usefixtures("installed")
def test_an_unsampled_invocation_sends_its_decision(
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sampled=0 in Lambda's header goes on to the called service, and no span is exported."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", INVOCATION.replace("Sampled=1", "Sampled=0"))
    client().get_item(**TABLE)
    assert spans(exporter) == []
    assert sent(server).sampled is False
    assert sent(server).root == 0x5759E988BD862E3FE1BE46A994272793


@pytest.mark.usefixtures("installed")
def test_a_pass_through_header_goes_out_as_botocore_sends_it(
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where Lambda names no parent there is no segment: no span, and the header is not touched."""
    text = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=25:a87bd80c:1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", text)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "processOrder")
    client().get_item(**TABLE)
    assert spans(exporter) == []
    assert server.trace_headers() == [text]


@pytest.mark.usefixtures("installed")
def test_without_a_segment_there_is_no_subsegment(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """A call outside of any trace is not traced and carries no tracing header."""
    client().get_item(**TABLE)
    assert exporter.get_finished_spans() == ()
    assert server.trace_headers() == []


@pytest.mark.parametrize("key", ["suppress_instrumentation", context._SUPPRESS_INSTRUMENTATION_KEY])
@pytest.mark.usefixtures("installed", "segment")
def test_suppression_is_respected(
    key: str,
    client: MakeClient,
    exporter: InMemorySpanExporter,
) -> None:
    """Nothing is traced while OpenTelemetry's suppression key is set, in either spelling."""
    token = context.attach(context.set_value(key, value=True))
    client().get_item(**TABLE)
    context.detach(token)
    assert spans(exporter) == []


@pytest.mark.usefixtures("installed", "segment")
def test_calls_of_the_x_ray_service_are_not_traced(
    client: MakeClient, exporter: InMemorySpanExporter
) -> None:
    """X-Ray's own API is left out, as the X-Ray SDK does it."""
    client("xray").put_trace_segments(TraceSegmentDocuments=["{}"])
    assert spans(exporter) == []


@pytest.mark.usefixtures("installed")
def test_an_unsampled_trace_sends_sampled_0(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """An unsampled span is named in the header with Sampled=0."""
    tracer = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False).get_tracer("application")
    with tracer.start_as_current_span("segment"):
        client().get_item(**TABLE)
    assert sent(server).sampled is False
    assert spans(exporter) == []


@pytest.mark.usefixtures("installed", "segment")
def test_retries_are_one_span_and_each_attempt_names_it(
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
) -> None:
    """A 500 that a retry heals is one successful span; both requests carry the same header."""
    server.answers.append(refused(500, "InternalServerError"))
    client().get_item(**TABLE)
    span = only(exporter)
    assert attributes(span)["aws.xray.retries"] == 1
    assert attributes(span)["http.response.status_code"] == 200
    assert span.status.status_code is StatusCode.UNSET
    first, second = server.trace_headers()
    assert first == second


@pytest.mark.parametrize(
    ("status", "code", "throttle"),
    [
        (400, "ResourceNotFoundException", None),
        (400, "ProvisionedThroughputExceededException", True),
        (429, "TooManyRequestsException", None),
        (500, "InternalServerError", None),
        (403, "AccessDeniedException", None),
    ],
)
@pytest.mark.usefixtures("installed", "segment")
def test_a_refused_call_is_an_error_with_its_exception(
    status: int,
    code: str,
    throttle: bool | None,
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
) -> None:
    """Status code, AWS code, request id and exception are on the span; throttles that only the
    code tells are flagged.
    """
    server.answers.extend([refused(status, code)] * 3)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client().get_item(**TABLE)
    assert caught.value.response["Error"]["Code"] == code
    span = only(exporter)
    found = attributes(span)
    assert found["http.response.status_code"] == status
    assert found["error.type"] == code
    assert found["aws.request_id"] == "R1"
    assert found.get("aws.xray.throttle") is throttle
    assert found.get("aws.xray.error") is throttle
    assert span.status.status_code is StatusCode.ERROR
    (event,) = span.events
    recorded = dict(event.attributes or {})
    assert event.name == "exception"
    assert str(recorded["exception.type"]).startswith("botocore.")
    assert recorded["exception.message"] == str(caught.value)
    assert recorded["aws.xray.exception.remote"] is True
    stack = str(recorded["exception.stacktrace"])
    assert test_a_refused_call_is_an_error_with_its_exception.__name__ in stack
    assert "otel_xray/instrument" not in stack


@pytest.mark.usefixtures("installed", "segment")
def test_a_connection_error_is_a_fault_with_its_retries(
    client: MakeClient,
    exporter: InMemorySpanExporter,
) -> None:
    """A server that is not there leaves no status code but the local exception and the retries."""
    with pytest.raises(botocore.exceptions.EndpointConnectionError):
        client(url="http://127.0.0.1:1").get_item(**TABLE)
    span = only(exporter)
    found = attributes(span)
    assert "http.response.status_code" not in found
    assert found["aws.xray.retries"] == 2
    assert found["error.type"] == "botocore.exceptions.EndpointConnectionError"
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.events[0].attributes or {})["aws.xray.exception.remote"] is False


@pytest.mark.usefixtures("installed")
def test_a_call_that_does_not_validate_is_no_span(
    segment: trace.Span,
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
) -> None:
    """Parameters that botocore refuses never reach AWS: no request, no span, nothing left open."""
    with pytest.raises(botocore.exceptions.ParamValidationError):
        client().get_item(TableName="orders", Key=1)
    assert spans(exporter) == []
    assert server.requests == []
    assert trace.get_current_span() is segment


@pytest.mark.parametrize(
    ("event", "count"),
    [
        ("before-call", 0),
        ("before-call.dynamodb.GetItem", 0),
        ("request-created.dynamodb.GetItem", 1),
        ("before-send.dynamodb.GetItem", 1),
        ("response-received.dynamodb.GetItem", 1),
        ("after-call.dynamodb.GetItem", 1),
    ],
)
@pytest.mark.parametrize("error", [RuntimeError("mine"), KeyboardInterrupt("mine")])
@pytest.mark.usefixtures("installed")
def test_a_handler_of_the_application_that_raises_leaves_nothing_open(
    event: str,
    count: int,
    error: BaseException,
    segment: trace.Span,
    client: MakeClient,
    exporter: InMemorySpanExporter,
) -> None:
    """Whatever raises at whichever event, the span ends and the context is put back."""
    made = client()

    def fail(**_: object) -> None:
        raise error

    made.meta.events.register(event, fail)
    with pytest.raises(type(error), match="mine"):
        made.get_item(**TABLE)
    assert len(spans(exporter)) == count
    assert all(span.status.status_code is StatusCode.ERROR for span in spans(exporter))
    assert trace.get_current_span() is segment


@pytest.mark.usefixtures("installed")
def test_the_span_is_current_while_the_request_is_sent(
    segment: trace.Span, client: MakeClient, exporter: InMemorySpanExporter
) -> None:
    """Handlers of the application see the call's span, and afterwards the one before."""
    made = client()
    seen: list[int] = []
    made.meta.events.register(
        "before-send", lambda **_: seen.append(trace.get_current_span().get_span_context().span_id)
    )
    made.get_item(**TABLE)
    own = only(exporter).context
    assert own is not None
    assert seen == [own.span_id]
    assert trace.get_current_span() is segment


@pytest.mark.usefixtures("segment")
def test_one_call_is_one_span_however_often_it_is_instrumented(
    client: MakeClient, exporter: InMemorySpanExporter
) -> None:
    """Capturing twice and installing twice, in any order, never doubles a span."""
    captured = capture(capture(client()))
    captured.get_item(**TABLE)
    instrument.install()
    instrument.install("boto3", "botocore")
    captured.get_item(**TABLE)
    capture(client()).get_item(**TABLE)
    assert len(spans(exporter)) == 3


@pytest.mark.usefixtures("segment")
def test_a_captured_client_is_traced_alone_and_stays_so(
    client: MakeClient, exporter: InMemorySpanExporter
) -> None:
    """Only the captured client is traced, and uninstalling the rest does not change that."""
    made = client()
    captured = capture(made)
    assert captured is made
    client().get_item(**TABLE)
    assert spans(exporter) == []
    instrument.install("botocore")
    instrument.uninstall("botocore")
    captured.get_item(**TABLE)
    assert only(exporter).name == "DynamoDB.GetItem"


@pytest.mark.parametrize("thing", [object(), "dynamodb"])
def test_what_is_no_client_cannot_be_captured(thing: object) -> None:
    """Anything but a botocore client is refused, saying what to pass."""
    with pytest.raises(ConfigurationError, match="pass what boto3"):
        capture(thing)


@pytest.mark.usefixtures("segment")
def test_a_client_of_before_the_installation_is_traced_until_it_is_undone(
    client: MakeClient, exporter: InMemorySpanExporter
) -> None:
    """Installing reaches existing clients; uninstalling puts botocore's own method back."""
    original = vars(botocore.client.BaseClient)["_make_api_call"]
    made = client()
    instrument.install("boto3")
    made.get_item(**TABLE)
    instrument.uninstall("boto3")
    made.get_item(**TABLE)
    assert len(spans(exporter)) == 1
    assert vars(botocore.client.BaseClient)["_make_api_call"] is original


@pytest.mark.usefixtures("installed", "segment")
def test_paginators_and_resources_are_traced_call_by_call(
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
) -> None:
    """Each page is a span, and so is a call that a boto3 resource makes."""
    server.answers.extend(
        [
            Answer(body=b'{"TableNames": ["one"], "LastEvaluatedTableName": "one"}'),
            Answer(body=b'{"TableNames": ["two"]}'),
        ]
    )
    pages = list(client().get_paginator("list_tables").paginate())
    resource = boto3.resource("dynamodb", region_name="eu-west-1", endpoint_url=server.url)
    resource.Table("orders").put_item(Item={"orderId": "1"})
    assert [page["TableNames"] for page in pages] == [["one"], ["two"]]
    names = [span.name for span in spans(exporter)]
    assert names == ["DynamoDB.ListTables", "DynamoDB.ListTables", "DynamoDB.PutItem"]


@pytest.mark.usefixtures("installed", "segment")
def test_a_streamed_body_is_the_applications_to_read(
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
) -> None:
    """The span ends with the answer's head, and the body arrives untouched afterwards."""
    headers = {"x-amz-request-id": "R1", "x-amz-id-2": "H1"}
    server.answers.append(Answer(headers=headers, body=b"content"))
    body = client("s3").get_object(Bucket="bucket", Key="a/b")["Body"]
    found = attributes(only(exporter))
    assert body.read() == b"content"
    body.close()
    assert found["aws.s3.bucket"] == "bucket"
    assert found["aws.s3.key"] == "a/b"
    assert found["aws.extended_request_id"] == "H1"


@pytest.mark.usefixtures("installed", "segment")
def test_a_stubbed_call_is_not_sent_and_not_traced(
    client: MakeClient, exporter: InMemorySpanExporter
) -> None:
    """Under botocore's Stubber nothing leaves the process, so there is no span."""
    made = client()
    with Stubber(made) as stubber:
        stubber.add_response("get_item", {})
        assert made.get_item(**TABLE) == {}
    assert spans(exporter) == []


@pytest.mark.usefixtures("installed", "segment")
def test_presigned_urls_carry_no_tracing_header(
    client: MakeClient, exporter: InMemorySpanExporter
) -> None:
    """Presigning is no call: no span, and no id of this trace in the URL."""
    url = client("s3").generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"})
    assert "trace" not in url.lower()
    assert spans(exporter) == []


@pytest.mark.usefixtures("installed")
def test_calls_in_many_threads_stay_apart(
    tracer: Tracer,
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
) -> None:
    """One client in many threads: each call hangs under its own thread's span."""
    made = client(max_pool_connections=8)

    def work() -> None:
        with tracer.start_as_current_span("segment"):
            for _ in range(5):
                made.get_item(**TABLE)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    parents = [span.parent.span_id for span in spans(exporter) if span.parent]
    assert sorted(parents.count(parent) for parent in set(parents)) == [5] * 8
    ids = {span.context.span_id for span in spans(exporter) if span.context}
    assert {header.parse(text).parent for text in server.trace_headers()} == ids


@pytest.mark.usefixtures("installed", "segment")
def test_a_call_inside_a_call_is_its_child(
    client: MakeClient,
    exporter: InMemorySpanExporter,
) -> None:
    """A handler that calls AWS itself, as credential providers do, makes a child span."""
    outer, inner = client(), client("kms")
    outer.meta.events.register_first("before-send", lambda **_: inner.list_keys() and None)
    outer.get_item(**TABLE)
    child, parent = spans(exporter)
    assert (child.name, parent.name) == ("KMS.ListKeys", "DynamoDB.GetItem")
    assert child.parent == parent.context


@pytest.mark.usefixtures("installed", "segment")
def test_an_untraced_call_does_not_take_the_place_of_the_one_around_it(
    client: MakeClient,
    exporter: InMemorySpanExporter,
) -> None:
    """A suppressed call that a handler makes before the outer request exists gets no span."""
    outer, inner = client(), client("kms")
    inner.list_keys()
    exporter.clear()

    def call_suppressed(**_: object) -> None:
        token = context.attach(context.set_value("suppress_instrumentation", value=True))
        inner.list_keys()
        context.detach(token)

    outer.meta.events.register("provide-client-params", call_suppressed)
    outer.get_item(**TABLE)
    assert only(exporter).name == "DynamoDB.GetItem"


@pytest.mark.usefixtures("segment")
def test_plain_http_below_a_call_is_not_traced_again(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """What is sent by HTTP inside an AWS call belongs to the call."""
    instrument.install()
    made = client()
    made.meta.events.register("before-send", lambda **_: requests.get(server.url) and None)
    made.get_item(**TABLE)
    assert only(exporter).name == "DynamoDB.GetItem"


@pytest.mark.usefixtures("installed", "segment", "exporter")
def test_a_failure_of_ours_is_logged_once_and_hurts_nobody(
    client: MakeClient,
    server: Server,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A provider whose spans cannot be started costs one warning, and every call succeeds."""

    class Broken(trace.NoOpTracerProvider):
        def get_tracer(self, *_: object, **__: object) -> trace.Tracer:
            raise RuntimeError(self)

    monkeypatch.setattr(trace, "_TRACER_PROVIDER", Broken())
    made = client()
    with caplog.at_level(logging.WARNING):
        assert made.get_item(**TABLE)["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert made.get_item(**TABLE)["ResponseMetadata"]["RetryAttempts"] == 0
    assert len([record for record in caplog.records if record.name.startswith("otel_xray")]) <= 1
    assert len(server.requests) == 2


@pytest.mark.usefixtures("installed", "segment")
def test_a_span_without_ids_is_not_named_in_a_request(
    client: MakeClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a provider gives spans without ids, the request carries no header of ours."""

    class Empty(trace.NoOpTracer):
        def start_span(self, *_: Any, **__: Any) -> trace.Span:
            return trace.INVALID_SPAN

    class Provider(trace.NoOpTracerProvider):
        def get_tracer(self, *_: object, **__: object) -> trace.Tracer:
            return Empty()

    monkeypatch.setattr(trace, "_TRACER_PROVIDER", Provider())
    client().get_item(**TABLE)
    assert server.trace_headers() == []


@pytest.mark.usefixtures("installed")
def test_without_a_configured_sdk_the_parent_is_passed_on(
    client: MakeClient,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With OpenTelemetry's API alone a call still names the trace that it belongs to."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", INVOCATION)
    client().get_item(**TABLE)
    assert server.trace_headers() == [INVOCATION]


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """Serve AWS on loopback."""
    with moto_server.serving() as url:
        yield url


@pytest.mark.usefixtures("installed", "segment")
def test_services_of_the_order_application_against_a_real_aws_api(
    moto: str,
    client: MakeClient,
    exporter: InMemorySpanExporter,
) -> None:
    """DynamoDB, EventBridge, SQS, SNS and S3 calls say what they are about."""
    client("dynamodb", moto).create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client("dynamodb", moto).batch_write_item(
        RequestItems={"orders": [{"PutRequest": {"Item": {"orderId": {"S": "1"}}}}]}
    )
    client("events", moto).put_events(
        Entries=[{"Source": "event.tracing", "DetailType": "ORDER_CREATED", "Detail": "{}"}]
    )
    queue = client("sqs", moto).create_queue(QueueName="q")["QueueUrl"]
    client("sqs", moto).send_message(QueueUrl=queue, MessageBody="m")
    topic = client("sns", moto).create_topic(Name="t")["TopicArn"]
    client("sns", moto).publish(TopicArn=topic, Message="m")
    storage = client("s3", moto, s3={"addressing_style": "path"})
    storage.create_bucket(
        Bucket="orders", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    storage.upload_fileobj(io.BytesIO(b"x"), "orders", "k")
    with pytest.raises(botocore.exceptions.ClientError):
        storage.get_object(Bucket="orders", Key="missing")
    by_name = {span.name: attributes(span) for span in spans(exporter)}
    assert by_name["DynamoDB.CreateTable"]["aws.dynamodb.table_names"] == ("orders",)
    assert by_name["DynamoDB.BatchWriteItem"]["aws.dynamodb.table_names"] == ("orders",)
    assert by_name["EventBridge.PutEvents"]["aws.remote.service"] == "Events"
    assert by_name["EventBridge.PutEvents"]["messaging.destination.name"] == "default"
    assert by_name["SQS.SendMessage"]["aws.queue_url"] == queue
    assert by_name["SQS.SendMessage"]["messaging.destination.name"] == "q"
    assert by_name["SNS.Publish"]["aws.sns.topic.arn"] == topic
    assert by_name["S3.GetObject"]["http.response.status_code"] == 404
    assert by_name["S3.GetObject"]["error.type"] == "NoSuchKey"
