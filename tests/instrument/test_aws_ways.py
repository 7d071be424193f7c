"""The ways in which applications call AWS: waiters, redirects, presigned URLs, transfers, forks."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, Tracer
from s3transfer import futures

from otel_xray import instrument
from otel_xray.instrument import ignored
from tests.alone import alone
from tests.instrument.conftest import MakeClient
from tests.instrument.making import TABLE, attributes, only, refused, spans
from tests.instrument.servers import Answer, Server

pytestmark = pytest.mark.slow

PART = 5 * 1024 * 1024
BEGUN = b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
COMPLETED = b"<CompleteMultipartUploadResult/>"


@pytest.fixture(autouse=True)
def installed() -> None:
    """Instrument boto3, by its own name, and requests."""
    instrument.install("boto3", "requests")


@pytest.fixture
def segment(tracer: Tracer) -> Iterator[trace.Span]:
    """Run the test inside a span of the application."""
    with tracer.start_as_current_span("segment") as span:
        yield span


def test_the_parts_of_a_transfer_hang_under_what_started_it(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Installing boto3 brings its transfer threads, and every part says which one it is."""
    server.answers.append(Answer(body=BEGUN))
    server.answers.extend([Answer(headers={"ETag": '"e"'}, body=b"")] * 3)
    server.answers.append(Answer(body=COMPLETED))
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    with tracer.start_as_current_span("upload") as upload:
        client("s3", s3={"addressing_style": "path"}).upload_fileobj(
            io.BytesIO(bytes(2 * PART + 1)), "bucket", "key", Config=config
        )

    found = spans(exporter)
    own = upload.get_span_context().span_id
    assert {own} == {span.parent.span_id for span in found if span.parent}
    parts = [span for span in found if span.name == "S3.UploadPart"]
    assert [1, 2, 3] == sorted(attributes(span)["aws.s3.part_number"] for span in parts)
    assert {"u"} == {attributes(span)["aws.s3.upload_id"] for span in found}
    assert 5 == len(set(server.trace_headers()))


def test_transfers_are_taken_back_with_boto3() -> None:
    """Uninstalling it restores the executor, too."""
    assert hasattr(futures.BoundedExecutor.submit, "__wrapped__")
    instrument.uninstall("boto3")
    assert not hasattr(futures.BoundedExecutor.submit, "__wrapped__")


@pytest.mark.usefixtures("segment")
def test_a_waiter_makes_a_call_each_time(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """What it asks in vain is an error of a call, as X-Ray sees it."""
    server.answers.append(refused(400, "ResourceNotFoundException"))
    server.answers.append(Answer(body=b'{"Table": {"TableStatus": "ACTIVE"}}'))
    client().get_waiter("table_exists").wait(
        TableName="orders", WaiterConfig={"Delay": 0, "MaxAttempts": 3}
    )

    first, second = spans(exporter)
    assert {"DynamoDB.DescribeTable"} == {first.name, second.name}
    assert [StatusCode.ERROR, StatusCode.UNSET] == [
        span.status.status_code for span in (first, second)
    ]


@pytest.mark.usefixtures("segment")
def test_a_bucket_in_another_region_is_one_span(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """The client asks again where S3 sends it: one call, and a child that asks for the region."""
    moved = Answer(
        400,
        {"x-amz-bucket-region": "eu-west-1"},
        b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>",
    )
    server.answers.extend([moved, *[Answer(body=b"<ListBucketResult/>")] * 2])
    s3 = client("s3", s3={"addressing_style": "path"})
    s3.list_objects_v2(Bucket="orders")

    call = spans(exporter)[-1]
    assert "S3.ListObjectsV2" == call.name
    assert StatusCode.UNSET is call.status.status_code
    assert 1 <= attributes(call)["aws.xray.retries"]
    assert 1 == len([span for span in spans(exporter) if span.name == "S3.ListObjectsV2"])


@pytest.mark.usefixtures("segment")
def test_an_unsigned_call_is_traced_and_stays_unsigned(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """The tracing header is there, a signature is not."""
    client("s3", signature_version=UNSIGNED).head_object(Bucket="b", Key="k")

    assert "S3.HeadObject" == only(exporter).name
    assert 1 == len(server.trace_headers())
    assert [] == server.requests[0].all("Authorization")


@pytest.mark.usefixtures("segment")
def test_a_handler_of_the_application_answers_itself(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """What a before-send handler returns is the call's answer, though nothing was sent."""
    made = client()

    class Raw:
        def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
            yield b"{}"

    made.meta.events.register(
        "before-send", lambda request, **_: AWSResponse(request.url, 200, HTTPHeaders(), Raw())
    )
    made.get_item(**TABLE)

    assert 200 == attributes(only(exporter))["http.response.status_code"]
    assert [] == server.requests


@pytest.mark.usefixtures("segment")
def test_what_is_presigned_inside_of_a_call_carries_nothing_of_ours(
    client: MakeClient, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in Lambda, where botocore knows the invocation's header."""
    monkeypatch.setenv(
        "_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8"
    )
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
    made, s3 = client(), client("s3")
    signed: list[str] = []

    def presign(**_: object) -> None:
        signed.append(s3.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"}))
        signed.append(str(s3.generate_presigned_post("b", "k")))

    made.meta.events.register("before-send", presign)
    made.get_item(**TABLE)

    assert 2 == len(signed)
    assert "trace" not in str(signed).lower()
    assert 1 == len(spans(exporter))


@pytest.mark.usefixtures("segment")
def test_no_signature_and_no_credentials_are_recorded(exporter: InMemorySpanExporter) -> None:
    """A presigned URL that cannot be reached is quoted by the exception, without its secrets."""
    url = "http://user:secret@127.0.0.1:1/b/k?X-Amz-Signature=1secret1&X-Amz-Security-Token=secret"
    with pytest.raises(requests.ConnectionError, match="X-Amz-Signature"):
        requests.get(url, timeout=5)

    span = only(exporter)
    (event,) = span.events
    told = f"{attributes(span)} {dict(event.attributes or {})} {span.status.description}"
    assert "X-Amz-Signature=REDACTED" in told
    assert [] == [
        line for line in told.replace("\\n", "\n").splitlines()
        if "secret" in line and "requests.get" not in line and "url =" not in line
    ]  # fmt: skip


@pytest.mark.usefixtures("segment")
def test_contents_of_calls_are_not_recorded(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """Values, messages, items, statements and passwords stay where they are."""
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("dynamodb", "put_item", {"TableName": "t", "Item": {"a": {"S": "secret"}}}),
        ("dynamodb", "execute_statement", {"Statement": "SELECT secret"}),
        ("sqs", "send_message", {"QueueUrl": server.url, "MessageBody": "secret"}),
        ("sns", "publish", {"PhoneNumber": "+secret", "Message": "secret"}),
        ("events", "put_events", {"Entries": [{"Detail": '"secret"', "DetailType": "t"}]}),
        ("kinesis", "put_record", {"StreamName": "s", "Data": b"secret", "PartitionKey": "secret"}),
        ("ssm", "put_parameter", {"Name": "n", "Value": "secret"}),
        ("secretsmanager", "put_secret_value", {"SecretId": "n", "SecretString": "secret"}),
        ("stepfunctions", "start_execution", {"stateMachineArn": "m", "input": '"secret"'}),
        ("lambda", "invoke", {"FunctionName": "f", "Payload": b'"secret"'}),
        ("athena", "start_query_execution", {"QueryString": "SELECT secret"}),
        (
            "cognito-idp",
            "initiate_auth",
            {
                "AuthFlow": "USER_PASSWORD_AUTH",
                "ClientId": "c",
                "AuthParameters": {"PASSWORD": "secret"},
            },
        ),
        (
            "bedrock-runtime",
            "converse",
            {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "secret"}]}]},
        ),
        (
            "s3",
            "put_object",
            {"Bucket": "b", "Key": "k", "Body": b"secret", "Metadata": {"a": "secret"}},
        ),
    ]
    for service, method, parameters in calls:
        # Whatever it answers: what is recorded of the request is what counts.
        body = b"<ErrorResponse/>" if service in {"s3", "sns"} else b"{}"
        server.answers.append(Answer(400, body=body))
        made = client(service)
        with pytest.raises(made.exceptions.ClientError):
            getattr(made, method)(**parameters)

    assert len(calls) == len(spans(exporter))
    assert [] == [span.name for span in spans(exporter) if "secret" in str(attributes(span))]


@pytest.mark.usefixtures("segment")
def test_ignored_places_are_about_plain_http(
    client: MakeClient,
    server: Server,
    exporter: InMemorySpanExporter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in the X-Ray SDK a rule does not leave out AWS calls, though they go there by HTTP."""
    monkeypatch.setenv("OTEL_XRAY_IGNORE", " 127.0.0.*, /health ,")
    ignored.clear()
    requests.get(f"{server.url}/orders", timeout=5)
    client().get_item(**TABLE)
    monkeypatch.delenv("OTEL_XRAY_IGNORE")
    ignored.clear()
    requests.get(f"{server.url}/orders", timeout=5)

    assert ["DynamoDB.GetItem", "GET"] == [span.name for span in spans(exporter)]


@alone
@pytest.mark.usefixtures("segment")
def test_a_forked_process_traces_under_the_same_parent(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter
) -> None:
    """A worker that was forked inside a span makes calls that name spans of their own."""
    made = client()
    made.get_item(**TABLE)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            boto3.DEFAULT_SESSION = None
            made.get_item(**TABLE)
            requests.get(server.url, timeout=5)
            status = 0 if len(spans(exporter)) == 3 else 2
        finally:
            os._exit(status)
    _, waited = os.waitpid(child, 0)

    assert 0 == os.waitstatus_to_exitcode(waited)
    assert 1 == len(spans(exporter))
    headers = server.trace_headers()
    assert 3 == len({text.split(";")[1] for text in headers})
    assert 1 == len({text.split(";")[0] for text in headers})
