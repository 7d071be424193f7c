"""AWS calls through boto3."""

from __future__ import annotations

import io
import json
import os
from typing import Any

import boto3
from aws_xray_sdk.core import patch, xray_recorder
from botocore.config import Config

from tests.instrument.servers import Answer, Server

patch(("botocore",))

IDS = {"x-amzn-RequestId": "R1", "x-amz-request-id": "R1"}
ITEM = {"orderId": {"S": "1"}}


def _client(server: Server, service: str = "dynamodb", **options: Any) -> Any:
    config = Config(retries={"mode": "standard", "total_max_attempts": 2}, **options)
    session: Any = boto3.session.Session()  # the stubs know services one by one
    return session.client(
        service, region_name="eu-west-1", endpoint_url=server.url, config=config, verify=False
    )


def _said(server: Server, *bodies: Any, **headers: str) -> None:
    for body in bodies:
        server.answers.append(Answer(headers={**IDS, **headers}, body=json.dumps(body).encode()))


def _refused(server: Server, status: int, code: str) -> None:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
    server.answers.append(Answer(status, IDS, json.dumps(body).encode()))


def _call_get_item(server: Server) -> Any:
    _said(server, {"Item": ITEM, "ConsumedCapacity": {"TableName": "orders", "CapacityUnits": 0.5}})
    return _client(server).get_item(TableName="orders", Key=ITEM, ConsistentRead=True)["Item"]


def _call_in_a_subsegment(server: Server) -> Any:
    with xray_recorder.in_subsegment("around"):
        _said(server, {})
        _client(server).put_item(TableName="orders", Item=ITEM)


def _call_list_tables(server: Server) -> Any:
    _said(server, {"TableNames": ["a", "b"]})
    return _client(server).list_tables(Limit=2)["TableNames"]


def _call_query(server: Server) -> Any:
    _said(server, {"Items": [], "Count": 0, "ScannedCount": 0})
    _client(server).query(
        TableName="orders", Limit=1, ScanIndexForward=False, KeyConditionExpression="a = :b"
    )


def _call_paginated(server: Server) -> Any:
    _said(server, {"TableNames": ["a"], "LastEvaluatedTableName": "a"}, {"TableNames": []})
    pages = _client(server).get_paginator("list_tables").paginate()
    return [page["TableNames"] for page in pages]


def _call_refused_400(server: Server) -> Any:
    _refused(server, 400, "ConditionalCheckFailedException")
    _client(server).put_item(TableName="orders", Item=ITEM)


def _call_throttled(server: Server) -> Any:
    for _ in range(2):
        _refused(server, 400, "ProvisionedThroughputExceededException")
    _client(server).put_item(TableName="orders", Item=ITEM)


def _call_429(server: Server) -> Any:
    for _ in range(2):
        _refused(server, 429, "TooManyRequestsException")
    _client(server).put_item(TableName="orders", Item=ITEM)


def _call_500_then_200(server: Server) -> Any:
    _refused(server, 500, "InternalServerError")
    _said(server, {})
    _client(server).put_item(TableName="orders", Item=ITEM)


def _call_500(server: Server) -> Any:
    for _ in range(2):
        _refused(server, 500, "InternalServerError")
    _client(server).put_item(TableName="orders", Item=ITEM)


def _call_connection_refused(server: Server) -> Any:
    nowhere = boto3.client(
        "dynamodb",
        region_name="eu-west-1",
        endpoint_url="http://127.0.0.1:9",
        config=Config(retries={"total_max_attempts": 1}),
    )
    nowhere.get_item(TableName="orders", Key=ITEM)


def _call_invalid_parameters(server: Server) -> Any:
    _client(server).get_item(TableName=1)


def _call_handler_fails(server: Server) -> Any:
    failing = _client(server)

    def fail(**_: Any) -> None:
        raise LookupError

    failing.meta.events.register("before-call", fail)
    failing.get_item(TableName="orders", Key=ITEM)


def _call_s3_put(server: Server) -> Any:
    server.answers.append(Answer(headers={"x-amz-request-id": "R1", "x-amz-id-2": "H1"}, body=b""))
    s3 = _client(server, "s3", s3={"addressing_style": "path"})
    s3.put_object(Bucket="bucket", Key="a/b", Body=b"x")


def _call_s3_missing(server: Server) -> Any:
    headers = {"x-amz-request-id": "R1", "x-amz-id-2": "H1"}
    server.answers.append(Answer(404, headers, b"<Error><Code>NoSuchKey</Code></Error>"))
    s3 = _client(server, "s3", s3={"addressing_style": "path"})
    s3.get_object(Bucket="bucket", Key="a/b", VersionId="v")


def _call_s3_uploaded_without_threads(server: Server) -> Any:
    from boto3.s3.transfer import TransferConfig

    server.answers.append(Answer(headers={"ETag": '"e"'}, body=b""))
    s3 = _client(server, "s3", s3={"addressing_style": "path"})
    s3.upload_fileobj(io.BytesIO(b"x"), "bucket", "k", Config=TransferConfig(use_threads=False))


def _call_sqs(server: Server) -> Any:
    _said(server, {"MessageId": "m"}, {"Messages": [{}, {}]}, {"Failed": [], "Successful": [{}]})
    sqs = _client(server, "sqs")
    url = f"{server.url}/1/queue"
    sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=3)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "x"}])


def _call_lambda(server: Server) -> Any:
    _said(server, {})
    _client(server, "lambda").invoke(FunctionName="f", InvocationType="Event", Payload=b"{}")


def _call_events(server: Server) -> Any:
    _said(server, {"FailedEntryCount": 0, "Entries": []})
    _client(server, "events").put_events(Entries=[{"Source": "s", "DetailType": "d"}])


def _call_xray(server: Server) -> Any:
    _said(server, {}, {}, {}, {})
    xray = _client(server, "xray")
    xray.put_trace_segments(TraceSegmentDocuments=["{}"])
    xray.get_sampling_rules()
    xray.get_sampling_targets(SamplingStatisticsDocuments=[])
    xray.get_service_graph(StartTime=1, EndTime=2)


def _call_unsampled(server: Server) -> Any:
    _client(server).get_item(TableName="orders", Key=ITEM)


def _alone_get_item(server: Server) -> Any:
    _client(server).get_item(TableName="orders", Key=ITEM)


def _call_with_own_event(server: Server) -> Any:
    seen = _client(server)
    found = []
    seen.meta.events.register("before-send", lambda request, **_: found.append(request.headers))
    seen.get_item(TableName="orders", Key=ITEM)
    return [name for name in found[0] if name.lower() == "x-amzn-trace-id"]


def _call_operation_by_name(server: Server) -> Any:
    parameters = {"TableName": "orders", "Key": ITEM}
    _client(server)._make_api_call("GetItem", parameters)


def _call_whitelist_extended(server: Server) -> Any:
    from aws_xray_sdk.ext.boto_utils import whitelist

    whitelist["services"]["events"] = {
        "operations": {
            "PutEvents": {
                "request_descriptors": {
                    "Entries": {"list": True, "get_count": True, "rename_to": "entry_count"}
                },
                "response_parameters": ["FailedEntryCount"],
            }
        }
    }
    try:
        _call_events(server)
    finally:
        del whitelist["services"]["events"]


def _call_in_lambda(server: Server) -> Any:
    os.environ["_X_AMZN_TRACE_ID"] = (
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a"
    )
    os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "f"
    try:
        _client(server).get_item(TableName="orders", Key=ITEM)
    finally:
        del os.environ["_X_AMZN_TRACE_ID"], os.environ["AWS_LAMBDA_FUNCTION_NAME"]


def _call_message_attributes(server: Server) -> Any:
    _said(server, {"MessageId": "m"})
    attributes = {"a": {"DataType": "String", "StringValue": "x"}}
    _client(server, "sqs").send_message(
        QueueUrl=f"{server.url}/1/queue", MessageBody="x", MessageAttributes=attributes
    )


def _call_batch_get(server: Server) -> Any:
    _said(server, {"Responses": {}})
    _client(server).batch_get_item(RequestItems={"orders": {"Keys": [ITEM]}})


def _call_invalid_batch(server: Server) -> Any:
    _client(server).batch_get_item(RequestItems=None)


def _call_parameters_by_name(server: Server) -> Any:
    parameters = {"TableName": "orders", "Key": ITEM}
    _client(server)._make_api_call(operation_name="GetItem", api_params=parameters)


def _call_s3_in_threads(server: Server) -> Any:
    server.answers.append(Answer(headers={"ETag": '"e"'}, body=b""))
    s3 = _client(server, "s3", s3={"addressing_style": "path"})
    s3.upload_fileobj(io.BytesIO(b"x"), "bucket", "k")
