from __future__ import annotations

from typing import Any

import pytest

from otel_xray.model.span import Kind
from tests.segments.making import encode

API = {"rpc.system": "aws-api"}


def aws_of(document: Any) -> dict[str, Any]:
    """Return the aws section without what is about the SDK."""
    found: dict[str, Any] = document["aws"]
    return {member: value for member, value in found.items() if member != "xray"}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            {
                "aws.operation": "PutItem",
                "aws.region": "eu-west-1",
                "aws.request_id": "R",
                "aws.account_id": "123456789012",
                "aws.table_name": "orders",
                "aws.xray.retries": 2,
            },
            {
                "operation": "PutItem",
                "region": "eu-west-1",
                "request_id": "R",
                "account_id": "123456789012",
                "table_name": "orders",
                "retries": 2,
            },
        ),
        (
            {
                "rpc.method": "PutItem",
                "cloud.region": "eu-west-1",
                "aws.requestId": "R",
                "retry_attempts": 0,
                "aws.dynamodb.table_names": ("orders",),
            },
            {
                "operation": "PutItem",
                "region": "eu-west-1",
                "request_id": "R",
                "retries": 0,
                "table_name": "orders",
            },
        ),
        ({"rpc.method": "DynamoDB/PutItem"}, {"operation": "PutItem"}),
        ({"rpc.method": "PutItem", "aws.operation": "Put"}, {"operation": "Put"}),
        ({"aws.dynamodb.table_names": ["a", "b"]}, {"table_names": ["a", "b"]}),
        ({"aws.dynamodb.table_names": "a"}, {"table_name": "a"}),
        ({"aws.queue_url": "https://q"}, {"queue_url": "https://q"}),
        ({"aws.queue.url": "https://q"}, {"queue_url": "https://q"}),
        ({"messaging.url": "https://q"}, {"queue_url": "https://q"}),
    ],
)
def test_a_call_of_an_api_is_described(
    attributes: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Operation, region, request, tables, queue and retries come from the span alone."""
    document = encode({**API, **attributes}, Kind.CLIENT)

    assert expected == aws_of(document)
    assert "metadata" not in document


def test_a_call_outside_aws_keeps_its_members() -> None:
    """Where the process runs does not matter to what it calls."""
    document = encode(
        {**API, "aws.operation": "PutItem"}, Kind.CLIENT, resource={"cloud.provider": "gcp"}
    )

    assert aws_of(document) == {"operation": "PutItem"}


def test_a_method_of_another_system_is_metadata() -> None:
    """A gRPC method is no operation of AWS."""
    document = encode({"rpc.system": "grpc", "rpc.method": "Get"}, Kind.CLIENT)

    assert aws_of(document) == {}
    assert document.get("metadata") == {"default": {"rpc.system": "grpc", "rpc.method": "Get"}}


@pytest.mark.parametrize("tables", [[], [1, 2], 5])
def test_table_names_that_are_no_names_stay_metadata(tables: object) -> None:
    """Only texts are names of tables."""
    document = encode({"aws.dynamodb.table_names": tables})

    assert aws_of(document) == {}
    assert document.get("metadata") == {"default": {"aws.dynamodb.table_names": tables}}


def test_the_sampling_rule_is_named() -> None:
    """The rule that sampled the request stands beside the SDK."""
    aws = encode({"aws.xray.sampling_rule_name": "Default"}).get("aws") or {}

    assert aws["xray"] == {"auto_instrumentation": False, "sampling_rule_name": "Default"}


TARGETS = {
    "aws.s3.bucket": "b",
    "aws.s3.key": "k",
    "aws.sns.topic.arn": "t",
    "messaging.message.id": "m",
    "faas.invoked_name": "f",
}


def test_a_call_says_what_it_is_made_to() -> None:
    """X-Ray names the node of a bucket, topic or function after it."""
    assert aws_of(encode({**API, **TARGETS}, Kind.CLIENT)) == {
        "bucket_name": "b",
        "key": "k",
        "topic_arn": "t",
        "message_id": "m",
        "function_name": "f",
    }


def test_a_call_shows_what_the_whitelist_lists() -> None:
    """Attributes of AWS calls are members under the names that X-Ray's SDKs give them."""
    attributes: dict[str, Any] = {
        "aws.dynamodb.consistent_read": True,
        "aws.dynamodb.projection": "orderId",
        "aws.dynamodb.scan_forward": False,
        "aws.dynamodb.limit": 5,
        "aws.dynamodb.consumed_capacity": ['{"CapacityUnits":0.5}'],
        "aws.kinesis.stream_name": "orders",
        "aws.extended_request_id": "H",
        "messaging.batch.message_count": 2,
    }
    assert aws_of(encode({**API, **attributes}, Kind.CLIENT)) == {
        "consistent_read": True,
        "projection_expression": "orderId",
        "scan_index_forward": False,
        "limit": 5,
        "consumed_capacity": {"CapacityUnits": 0.5},
        "stream_name": "orders",
        "id_2": "H",
        "message_count": 2,
    }


def test_several_tables_report_their_capacity() -> None:
    """Each report is an object."""
    several = {"aws.dynamodb.consumed_capacity": ['{"CapacityUnits":1}', '{"CapacityUnits":2}']}
    assert aws_of(encode({**API, **several}, Kind.CLIENT)) == {
        "consumed_capacity": [{"CapacityUnits": 1}, {"CapacityUnits": 2}]
    }


def test_a_report_that_is_no_json_is_shown_as_it_is() -> None:
    """Nothing is lost."""
    odd = {"aws.dynamodb.consumed_capacity": ["?"]}
    assert aws_of(encode({**API, **odd}, Kind.CLIENT)) == {"consumed_capacity": ["?"]}


def test_parameters_of_other_work_are_metadata() -> None:
    """Only what calls an AWS API has parameters."""
    other = {"aws.dynamodb.limit": 5}
    assert encode(other, Kind.INTERNAL).get("metadata") == {"default": other}


def test_targets_of_other_work_are_metadata() -> None:
    """A message id of another system has nothing to do with AWS."""
    document = encode(TARGETS, Kind.CLIENT)

    assert aws_of(document) == {}
    assert document.get("metadata") == {"default": TARGETS}
