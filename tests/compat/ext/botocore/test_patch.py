"""AWS calls through botocore."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.exceptions
import pytest
from botocore.endpoint import Endpoint
from botocore.hooks import HierarchicalEmitter

from otel_xray import compat
from otel_xray.testing import Recording
from tests.compat.core.loading import core
from tests.compat.core.processes import in_a_new_process
from tests.compat.ext import calling
from tests.instrument.servers import Answer, Server

MakeClient = Callable[..., Any]

ITEM = {"orderId": {"S": "1"}}
CALL = {"TableName": "orders", "Key": ITEM}
INVOCATION = (
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;"
    "Lineage=a87bd80c:1|68fd508a:5;Future=%7Ckept"
)


def said(body: Any, **headers: str) -> Answer:
    """Return an answer of AWS."""
    return Answer(headers={"x-amzn-RequestId": "R1", **headers}, body=json.dumps(body).encode())


def refused(status: int, code: str) -> Answer:
    """Return DynamoDB's way to refuse."""
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
    return Answer(status, {"x-amzn-RequestId": "R1"}, json.dumps(body).encode())


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder of the alias, with botocore patched."""
    calling.patch("boto3")
    return calling.recorder()


def only(recorded: Recording) -> Any:
    """Return the only subsegment."""
    (subsegment,) = calling.subsegments(recorded)
    return subsegment


def test_a_call_is_a_subsegment(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """It is named after the service and says what was called, where, and what may be shown."""
    server.answers.append(said({"Item": ITEM, "ConsumedCapacity": {"CapacityUnits": 0.5}}))
    with recorder.in_segment("shop"):
        assert ITEM == client().get_item(**CALL)["Item"]

    assert calling.told(only(recorded)) == {
        "name": "dynamodb",
        "namespace": "aws",
        "aws": {
            "operation": "GetItem",
            "region": "eu-west-1",
            "request_id": "R1",
            "table_name": "orders",
            "consumed_capacity": {"CapacityUnits": 0.5},
        },
        "http": {"response": {"status": 200}},
    }
    assert [calling.header(only(recorded))] == server.trace_headers()


@pytest.mark.parametrize(
    ("status", "code", "flags"),
    [
        (400, "ValidationException", {"error": True, "fault": True}),
        (429, "TooManyRequestsException", {"error": True, "throttle": True, "fault": True}),
        (500, "InternalServerError", {"fault": True}),
    ],
)
def test_a_refusal_is_the_remote_sides_fault(
    recorder: Any,
    recorded: Recording,
    server: Server,
    client: MakeClient,
    status: int,
    code: str,
    flags: dict[str, bool],
) -> None:
    """As in the original each is a fault, a 4xx, too; there is one subsegment for all attempts."""
    server.answers.extend([refused(status, code)] * 2)
    with recorder.in_segment("shop"), pytest.raises(botocore.exceptions.ClientError) as raised:
        client().get_item(**CALL)

    assert calling.told(only(recorded)) == {
        "name": "dynamodb",
        "namespace": "aws",
        "aws": {
            "operation": "GetItem",
            "region": "eu-west-1",
            "request_id": "R1",
            "table_name": "orders",
        },
        "http": {"response": {"status": status}},
        "cause": [(type(raised.value).__name__, str(raised.value), True)],
        **flags,
    }
    assert {calling.header(only(recorded))} == set(server.trace_headers())


def test_s3_has_a_second_request_id(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """It is what AWS's support asks for."""
    ids = {"x-amz-request-id": "R1", "x-amz-id-2": "H1"}
    server.answers.append(Answer(headers=ids, body=b""))
    with recorder.in_segment("shop"):
        s3 = client("s3", s3={"addressing_style": "path"})
        s3.put_object(Bucket="bucket", Key="key", Body=b"x")

    assert only(recorded)["aws"] == {
        "operation": "PutObject",
        "region": "eu-west-1",
        "request_id": "R1",
        "id_2": "H1",
        "bucket_name": "bucket",
        "key": "key",
    }


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({}, {}),
        ({"ResponseMetadata": {}}, {}),
        ({"ResponseMetadata": {"HTTPStatusCode": 403}}, {"http": {"response": {"status": 403}}}),
    ],
)
def test_a_stubbed_answer_may_say_less(
    recorder: Any, recorded: Recording, client: MakeClient, answer: Any, told: Any
) -> None:
    """Tests of applications answer with as little as they need."""
    dynamodb = client()
    dynamodb.meta.events.register_first(
        "before-call", lambda **_: (SimpleNamespace(status_code=200), answer)
    )
    with recorder.in_segment("shop"):
        assert answer == dynamodb.get_item(**CALL)

    found = calling.told(only(recorded))
    assert told == {key: value for key, value in found.items() if key == "http"}


def test_a_refusal_that_no_service_gave_is_no_fault(
    recorder: Any, recorded: Recording, client: MakeClient
) -> None:
    """As in the original: it has no answer that could be recorded."""
    dynamodb = client()

    def refuse(**_: Any) -> None:
        raise botocore.exceptions.ClientError({"Error": {"Code": "No"}}, "GetItem")

    dynamodb.meta.events.register("before-call", refuse)
    with recorder.in_segment("shop"), pytest.raises(botocore.exceptions.ClientError):
        dynamodb.get_item(**CALL)

    assert {"name", "namespace", "aws"} == set(calling.told(only(recorded)))


def test_a_failure_below_is_no_fault(
    recorder: Any, recorded: Recording, client: MakeClient
) -> None:
    """As in the original only what the service answers is recorded."""
    with recorder.in_segment("shop"):
        with pytest.raises(botocore.exceptions.EndpointConnectionError):
            client(url="http://127.0.0.1:9").get_item(**CALL)
        with pytest.raises(botocore.exceptions.ParamValidationError):
            client().get_item(TableName="orders")

    for subsegment in calling.subsegments(recorded):
        assert {"name", "namespace", "aws"} == set(calling.told(subsegment))


def test_keys_of_parameters_are_a_list(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """Difference: the original sends the text ``dict_keys(['orders'])``."""
    server.answers.append(said({"Responses": {}}))
    with recorder.in_segment("shop"):
        client().batch_get_item(RequestItems={"orders": {"Keys": [ITEM]}})

    assert ["orders"] == only(recorded)["aws"]["table_names"]


def test_invalid_parameters_raise_what_botocore_raises(
    recorder: Any, recorded: Recording, client: MakeClient
) -> None:
    """Difference: the original raises AttributeError or TypeError in its stead."""
    invalid = pytest.raises(botocore.exceptions.ParamValidationError)
    with recorder.in_segment("shop"), invalid:
        client("sqs").set_queue_attributes(QueueUrl="q", Attributes=None)

    aws = {"operation": "SetQueueAttributes", "region": "eu-west-1", "queue_url": "q"}
    assert aws == only(recorded)["aws"]


def test_parameters_may_be_given_by_name(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """Difference: the original raises IndexError after such a call."""
    server.answers.append(said({}))
    with recorder.in_segment("shop"):
        client()._make_api_call(operation_name="GetItem", api_params=CALL)

    assert "orders" == only(recorded)["aws"]["table_name"]


def test_an_application_may_show_more(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """It changes the whitelist; what is not in that is not shown."""
    server.answers.extend([said({"FailedEntryCount": 0, "Entries": []})] * 2)
    put = {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]}
    count = {"list": True, "get_count": True, "rename_to": "entry_count"}
    with recorder.in_segment("shop"):
        client("events").put_events(**put)
        calling.ext("boto_utils").whitelist["services"]["events"] = {
            "operations": {"PutEvents": {"request_descriptors": {"Entries": count}}}
        }
        client("events").put_events(**put)

    before, after = (one["aws"] for one in calling.subsegments(recorded))
    assert {"operation", "region", "request_id"} == set(before)
    assert {**before, "entry_count": 1} == after


def test_the_samplers_own_calls_are_no_subsegments(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """Nor are segments that are sent to X-Ray; other calls of it are."""
    server.answers.extend([said({})] * 4)
    with recorder.in_segment("shop"):
        xray = client("xray")
        xray.put_trace_segments(TraceSegmentDocuments=["{}"])
        xray.get_sampling_rules()
        xray.get_sampling_targets(SamplingStatisticsDocuments=[])
        xray.get_service_graph(StartTime=1, EndTime=2)

    assert "GetServiceGraph" == only(recorded)["aws"]["operation"]


@pytest.mark.parametrize("function", ["processOrder", None])
def test_the_header_that_botocore_takes_from_lambda_is_merged(
    recorder: Any,
    recorded: Recording,
    server: Server,
    client: MakeClient,
    function: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is one header: it names the subsegment, and Lineage and unknown fields travel on."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", INVOCATION)
    if function:
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", function)
    server.answers.append(said({}))
    with recorder.in_segment("shop"):
        client().get_item(**CALL)

    expected = calling.header(only(recorded)) + ";Lineage=a87bd80c:1|68fd508a:5;Future=%7Ckept"
    assert [expected] == server.trace_headers()


def test_fields_that_the_segment_knows_are_sent_once(
    recorder: Any,
    recorded: Recording,
    server: Server,
    client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The request's fields go before those of Lambda's header."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", INVOCATION)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
    server.answers.append(said({}))
    header = core("models.trace_header").TraceHeader(data={"Lineage": "own"})
    with recorder.in_segment("shop") as segment:
        segment.save_origin_trace_header(header)
        client().get_item(**CALL)

    expected = calling.header(only(recorded)) + ";Lineage=own;Future=%7Ckept"
    assert [expected] == server.trace_headers()


def test_the_header_is_not_signed(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """It may change from attempt to attempt, and on the way."""
    server.answers.append(said({}))
    with recorder.in_segment("shop"):
        client().get_item(**CALL)

    (signature,) = server.requests[0].all("Authorization")
    assert "SignedHeaders=content-type;host;" in signature
    assert "x-amzn-trace-id" not in signature


def test_threads_have_segments_of_their_own(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """Calls of one client in several threads are parts of their threads' segments."""
    server.answers.extend([said({})] * 8)
    shared = client()

    def work(name: str) -> None:
        with recorder.in_segment(name):
            shared.get_item(TableName=name, Key=ITEM)

    threads = [threading.Thread(target=work, args=(f"shop{index}",)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    segments = {one["id"]: one["name"] for one in recorded.documents() if "type" not in one}
    found = calling.subsegments(recorded)
    assert [one["aws"]["table_name"] for one in found] == [
        segments[one["parent_id"]] for one in found
    ]
    assert 8 == len(found)


def test_patching_twice_is_patching_once(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """A call is one subsegment."""
    calling.patch("botocore", "boto3")
    calling.ext("botocore").patch()
    server.answers.append(said({}))
    with recorder.in_segment("shop"):
        client().get_item(**CALL)

    assert "dynamodb" == only(recorded)["name"]


def test_without_a_segment_the_call_is_made(
    recorder: Any, server: Server, client: MakeClient
) -> None:
    """Nothing is sent with it; with RUNTIME_ERROR it is not made, by contract."""
    server.answers.append(said({}))
    client().get_item(**CALL)
    assert [] == server.trace_headers()

    recorder.configure(context_missing="RUNTIME_ERROR")
    with pytest.raises(core("exceptions.exceptions").SegmentNotFoundException):
        client().get_item(**CALL)
    assert 1 == len(server.requests)


def test_a_request_can_be_prepared_without_a_segment(recorder: Any, server: Server) -> None:
    """With RUNTIME_ERROR, too: who prepares requests without a client gets them."""
    from botocore.awsrequest import AWSRequest

    recorder.configure(context_missing="RUNTIME_ERROR")
    endpoint = Endpoint(server.url, "dynamodb", HierarchicalEmitter())
    prepared = endpoint.prepare_request(request=AWSRequest("GET", server.url))
    assert server.url == prepared.url
    assert "X-Amzn-Trace-Id" not in prepared.headers


def test_the_patch_ends_with_the_alias(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """Clients that exist are no longer traced."""
    server.answers.append(said({}))
    existing = client()
    with recorder.in_segment("shop"):
        compat.uninstall()
        existing.get_item(**CALL)

    assert [] == calling.subsegments(recorded)
    assert [] == server.trace_headers()


def test_an_unsampled_call_says_so(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """The service is told not to record, either."""
    server.answers.append(said({}))
    with recorder.in_segment("shop", sampling=0):
        client().get_item(**CALL)

    assert [] == calling.subsegments(recorded)
    (header,) = server.trace_headers()
    assert header.endswith("Sampled=0")


@pytest.mark.slow
def test_wrapt_is_not_loaded_for_it() -> None:
    """Patching HTTP and AWS clients needs no proxies."""
    found = in_a_new_process(
        "import json, sys\n"
        "import boto3, requests, httpx, http.client\n"
        "before = set(sys.modules)\n"
        "from otel_xray import compat; compat.install()\n"
        "from aws_xray_sdk.core import patch\n"
        "patch(('botocore', 'requests', 'httpx', 'httplib'))\n"
        "new = set(sys.modules) - before\n"
        "print(json.dumps(sorted(new & {'wrapt', 'urllib3', 'pynamodb', 'aiohttp'})))"
    )
    assert [] == found


def test_boto3_resources_are_traced(
    recorder: Any, recorded: Recording, server: Server, client: MakeClient
) -> None:
    """They make their calls through a client."""
    server.answers.append(said({}))
    resource: Any = boto3.session.Session().resource(
        "dynamodb", region_name="eu-west-1", endpoint_url=server.url
    )
    with recorder.in_segment("shop"):
        resource.Table("orders").get_item(Key={"orderId": "1"})

    assert "orders" == only(recorded)["aws"]["table_name"]
