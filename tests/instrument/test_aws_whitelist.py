"""Parameters of AWS calls that become attributes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from otel_xray import instrument, segments
from otel_xray.errors import ConfigurationError
from otel_xray.instrument import aws_whitelist
from tests.instrument.conftest import MakeClient
from tests.instrument.making import TABLE, attributes, only, spans
from tests.instrument.servers import Answer, Server

pytestmark = pytest.mark.slow

KINESIS = {
    "services": {
        "kinesis": {
            "operations": {
                "PutRecord": {
                    "request_parameters": ["PartitionKey"],
                    "response_parameters": ["SequenceNumber"],
                    "response_descriptors": {"EncryptionType": {"rename_to": "encryption"}},
                }
            }
        }
    }
}


@pytest.fixture(autouse=True)
def whitelist() -> Iterator[None]:
    """Trace everything, and forget what a test lists."""
    instrument.install("botocore")
    aws_whitelist.reset()
    yield
    aws_whitelist.reset()


def extracted(prefix: str, operation: str, asked: Any, answered: Any) -> dict[str, Any]:
    """Return the attributes that the whitelist gives."""
    found: dict[str, Any] = {}
    for side, members in zip(
        aws_whitelist.extracts(prefix, operation), (asked, answered), strict=True
    ):
        for extract in side:
            extract(members, found)
    return found


@pytest.mark.parametrize(
    ("call", "asked", "answered", "expected"),
    [
        (
            "dynamodb Query",
            {
                "TableName": "orders",
                "IndexName": "by-date",
                "Limit": 5,
                "ConsistentRead": False,
                "ScanIndexForward": False,
                "ProjectionExpression": "orderId",
                "Select": "COUNT",
                "AttributesToGet": ["a", "b"],
                "KeyConditionExpression": "secret",
                "ExpressionAttributeValues": {":v": {"S": "secret"}},
            },
            {
                "Count": 3,
                "ScannedCount": 4,
                "ConsumedCapacity": {"CapacityUnits": 0.5},
                "Items": ["secret"],
            },
            {
                "aws.dynamodb.index_name": "by-date",
                "aws.dynamodb.limit": 5,
                "aws.dynamodb.consistent_read": False,
                "aws.dynamodb.scan_forward": False,
                "aws.dynamodb.projection": "orderId",
                "aws.dynamodb.select": "COUNT",
                "aws.dynamodb.attributes_to_get": ["a", "b"],
                "aws.dynamodb.count": 3,
                "aws.dynamodb.scanned_count": 4,
                "aws.dynamodb.consumed_capacity": ['{"CapacityUnits":0.5}'],
            },
        ),
        (
            "dynamodb PutItem",
            {"TableName": "orders", "Item": {"a": {"S": "secret"}}},
            {"ItemCollectionMetrics": {"ItemCollectionKey": {"a": {"S": "secret"}}}},
            {},
        ),
        (
            "dynamodb CreateTable",
            {"GlobalSecondaryIndexes": [{"IndexName": "i"}]},
            {},
            {"aws.dynamodb.global_secondary_indexes": ['{"IndexName":"i"}']},
        ),
        (
            "sqs SendMessage",
            {"DelaySeconds": 3, "MessageBody": "secret", "MessageAttributes": {"a": "secret"}},
            {"MessageId": "m"},
            {"aws.sqs.delay_seconds": 3, "aws.sqs.message_attribute_names": ["a"]},
        ),
        ("ssm GetParameter", {"Name": "/db"}, {"Parameter": {"Value": "secret"}},
         {"aws.ssm.parameter_name": "/db"}),
        ("ssm PutParameter", {"Name": "/db", "Value": "secret"}, {},
         {"aws.ssm.parameter_name": "/db"}),
        ("ssm GetParameters", {"Names": ["a", "b"]}, {}, {"aws.ssm.parameter_names": ["a", "b"]}),
        ("ssm CreateDocument", {"Name": "n"}, {}, {}),
        (
            "lambda Invoke",
            {"FunctionName": "f", "InvocationType": "Event", "Payload": b"secret"},
            {"StatusCode": 202, "LogResult": "secret"},
            {"aws.lambda.invocation_type": "Event", "aws.lambda.status_code": 202},
        ),
        ("s3 GetObject", {"Bucket": "b", "Key": "k", "VersionId": "v"}, {},
         {"aws.s3.version_id": "v"}),
        ("runtime.sagemaker InvokeEndpoint", {"EndpointName": "e", "Body": b"secret"}, {},
         {"aws.sagemaker.endpoint_name": "e"}),
        ("secretsmanager GetSecretValue", {"SecretId": "s"}, {"SecretString": "secret"}, {}),
    ],
)  # fmt: skip
def test_what_is_listed_has_the_names_of_the_semantic_conventions(
    call: str, asked: Any, answered: Any, expected: Any
) -> None:
    """What is listed is shown; what is not, values and contents above all, is nowhere."""
    prefix, operation = call.split()
    assert expected == extracted(prefix, operation, asked, answered)


def test_an_application_lists_more(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """It is shown from then on, also by clients and for operations that were there before."""
    kinesis = client("kinesis")
    body = {"SequenceNumber": "7", "ShardId": "s", "EncryptionType": "KMS"}
    server.answers.extend([Answer(body=json.dumps(body).encode())] * 2)
    record = {"StreamName": "orders", "Data": b"secret", "PartitionKey": "p"}
    with tracer.start_as_current_span("work"):
        kinesis.put_record(**record)
        aws_whitelist.extend(KINESIS)
        kinesis.put_record(**record)

    before, after = map(attributes, spans(exporter))
    more = {key: after[key] for key in after.keys() - before.keys()}
    assert more == {
        "aws.kinesis.partition_key": "p",
        "aws.kinesis.sequence_number": "7",
        "aws.kinesis.encryption": "KMS",
    }


def test_what_is_listed_stands_in_the_aws_section(
    client: MakeClient, server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """X-Ray shows the names that its SDKs give."""
    body = b'{"ConsumedCapacity": {"CapacityUnits": 0.5, "TableName": "orders"}}'
    server.answers.append(Answer(headers={"x-amzn-RequestId": "R1"}, body=body))
    with tracer.start_as_current_span("work"):
        client().get_item(**TABLE, ConsistentRead=True, ProjectionExpression="orderId")

    (document,) = segments.from_span(only(exporter))
    assert "DynamoDB" == document["name"]
    found = {key: value for key, value in document["aws"].items() if key != "xray"}
    assert found == {
        "operation": "GetItem",
        "region": "eu-west-1",
        "request_id": "R1",
        "table_name": "orders",
        "consistent_read": True,
        "projection_expression": "orderId",
        "consumed_capacity": {"CapacityUnits": 0.5, "TableName": "orders"},
    }


def test_lists_are_united_and_descriptors_replaced() -> None:
    """What was listed stays."""
    for descriptor in ({"rename_to": "first"}, {"rename_to": "second", "get_count": True}):
        aws_whitelist.extend(
            {
                "services": {
                    "sqs": {
                        "operations": {
                            "SendMessage": {
                                "request_parameters": ["MessageGroupId", "DelaySeconds"],
                                "request_descriptors": {"Tags": descriptor},
                            }
                        }
                    }
                }
            }
        )
    asked = {"DelaySeconds": 1, "MessageGroupId": "g", "Tags": ["a", "b"]}
    assert extracted("sqs", "SendMessage", asked, {}) == {
        "aws.sqs.delay_seconds": 1,
        "aws.sqs.message_group_id": "g",
        "aws.sqs.second": 2,
    }


def test_a_file_is_read(tmp_path: Path) -> None:
    """The files that X-Ray's SDKs take are taken."""
    (tmp_path / "more.json").write_text(json.dumps(KINESIS))
    aws_whitelist.extend(tmp_path / "more.json")
    found = extracted("kinesis", "PutRecord", {"PartitionKey": "p"}, {})
    assert {"aws.kinesis.partition_key": "p"} == found


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("no-such-file.json", "no-such-file.json"),
        ({}, "services"),
        ({"services": []}, "endpoint prefix"),
        ({"services": {"sqs": {}}}, "operations"),
        ({"services": {"sqs": {"operations": {"A": {"parameters": []}}}}}, "parameters"),
        ({"services": {"sqs": {"operations": {"A": []}}}}, "endpoint prefix"),
        (
            {"services": {"sqs": {"operations": {"A": {"request_descriptors": {"B": {}}}}}}},
            "rename_to",
        ),
    ],
)
def test_another_form_is_refused(source: Any, said: str) -> None:
    """The error says where, and nothing is listed."""
    with pytest.raises(ConfigurationError, match=said):
        aws_whitelist.extend(source)


def test_the_environment_lists_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer has no code to call: a variable names the file."""
    (tmp_path / "more.json").write_text(json.dumps(KINESIS))
    monkeypatch.setenv("OTEL_XRAY_AWS_WHITELIST", str(tmp_path / "more.json"))
    found = extracted("kinesis", "PutRecord", {"PartitionKey": "p"}, {})
    assert {"aws.kinesis.partition_key": "p"} == found


def test_a_file_that_cannot_be_read_is_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is built in is listed all the same."""
    monkeypatch.setenv("OTEL_XRAY_AWS_WHITELIST", "missing.json")
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            assert {"aws.s3.version_id": "v"} == extracted(
                "s3", "GetObject", {"VersionId": "v"}, {}
            )
    assert 1 == len(caplog.records)
    assert "missing.json" in caplog.text
