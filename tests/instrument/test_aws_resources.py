"""What AWS calls are about."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.instrument import aws_resources

DYNAMODB = {"db.system.name": "aws.dynamodb"}
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:storeOrder"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-1a2b3c"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders"
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders"


def tables(*names: str) -> dict[str, Any]:
    """Return the attributes of a call to these tables."""
    found: dict[str, Any] = {**DYNAMODB, "aws.dynamodb.table_names": list(names)}
    return found | {"aws.table_name": names[0]} if len(names) == 1 else found


@pytest.mark.parametrize(
    ("service", "parameters", "expected"),
    [
        ("DynamoDB", {}, DYNAMODB),
        ("DynamoDB", {"TableName": "a"}, tables("a")),
        ("DynamoDB", {"RequestItems": {"b": [], "a": []}}, tables("b", "a")),
        ("DynamoDB", {"RequestItems": {"b": []}}, tables("b")),
        (
            "DynamoDB",
            {
                "TransactItems": [
                    {"Put": {"TableName": "a"}},
                    {"Delete": {"TableName": "b"}},
                    {"Update": {"TableName": "a"}},
                ]
            },
            tables("a", "b"),
        ),
        ("S3", {"Bucket": "b", "Key": "k"}, {"aws.s3.bucket": "b", "aws.s3.key": "k"}),
        ("S3", {"Bucket": "", "Key": 1}, {}),
        (
            "SQS",
            {"QueueUrl": "https://sqs/123/q"},
            {
                "messaging.system": "aws_sqs",
                "aws.queue_url": "https://sqs/123/q",
                "aws.sqs.queue.url": "https://sqs/123/q",
                "messaging.destination.name": "q",
            },
        ),
        (
            "SNS",
            {"TopicArn": TOPIC},
            {
                "messaging.system": "aws.sns",
                "aws.sns.topic.arn": TOPIC,
                "messaging.destination.name": "orders",
            },
        ),
        (
            "SNS",
            {"TargetArn": "arn:aws:sns:eu-west-1:1:endpoint"},
            {"messaging.system": "aws.sns", "messaging.destination.name": "endpoint"},
        ),
        ("SNS", {"PhoneNumber": "+1"}, {"messaging.system": "aws.sns"}),
        ("Lambda", {"FunctionName": "storeOrder"}, {"faas.invoked_name": "storeOrder"}),
        ("Lambda", {"FunctionName": "storeOrder:live"}, {"faas.invoked_name": "storeOrder"}),
        ("Lambda", {"FunctionName": FUNCTION}, {"faas.invoked_name": "storeOrder"}),
        ("Lambda", {"FunctionName": f"{FUNCTION}:7"}, {"faas.invoked_name": "storeOrder"}),
        ("Lambda", {"UUID": "u"}, {"aws.lambda.resource_mapping.id": "u"}),
        ("Kinesis", {"StreamName": "orders"}, {"aws.kinesis.stream_name": "orders"}),
        ("Kinesis", {"StreamARN": STREAM}, {"aws.kinesis.stream_name": "orders"}),
        (
            "SFN",
            {"stateMachineArn": MACHINE},
            {"aws.step_functions.state_machine.arn": MACHINE},
        ),
        ("EventBridge", {"Entries": [{}, {}]}, {"messaging.destination.name": "default"}),
        (
            "EventBridge",
            {"Entries": [{"EventBusName": "orders"}]},
            {"messaging.destination.name": "orders"},
        ),
        ("EventBridge", {"Entries": [{"EventBusName": "orders"}, {}]}, {}),
        ("EventBridge", {"EventBusName": "orders"}, {"messaging.destination.name": "orders"}),
        ("Secrets Manager", {"SecretId": SECRET}, {"aws.secretsmanager.secret.arn": SECRET}),
        ("Secrets Manager", {"SecretId": "key"}, {}),
        ("Secrets Manager", {}, {}),
        ("Bedrock Runtime", {"modelId": "m"}, {"gen_ai.request.model": "m"}),
        ("KMS", {"KeyId": "k"}, {}),
    ],
)
def test_parameters_name_the_resource(
    service: str, parameters: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Each service's parameters give the attributes of what the call is about."""
    assert aws_resources.of_call(service, parameters) == expected


def test_a_secret_is_named_by_the_answer() -> None:
    """A secret that was asked for by name is known by its ARN afterwards."""
    found = aws_resources.of_answer("Secrets Manager", {"ARN": SECRET, "SecretString": "x"})
    assert found == {"aws.secretsmanager.secret.arn": SECRET}
    assert aws_resources.of_answer("DynamoDB", {"ARN": SECRET}) == {}


@given(name=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_a_function_has_one_name_in_every_spelling(name: str) -> None:
    """Name, partial ARN, ARN and each with an alias all mean the same function."""
    prefixes = ("", "123456789012:function:", "arn:aws:lambda:eu-west-1:1:function:")
    spellings = [f"{prefix}{name}{alias}" for prefix in prefixes for alias in ("", ":live")]
    found = [aws_resources.of_call("Lambda", {"FunctionName": text}) for text in spellings]
    assert found == [{"faas.invoked_name": name}] * 6
