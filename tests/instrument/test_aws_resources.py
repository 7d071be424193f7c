"""What AWS calls are about."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_xray.instrument import aws_resources

ARN = "aws.secretsmanager.secret.arn"
DYNAMODB = {"db.system.name": "aws.dynamodb"}
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:storeOrder"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-1a2b3c"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders"
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders"

BEDROCK = {"gen_ai.provider.name": "aws.bedrock"}
BUS = "arn:aws:events:eu-west-1:123456789012:event-bus/orders"


def bus(name: str | None, events: int | None) -> dict[str, Any]:
    """Return the attributes of a call to an event bus."""
    found = {
        "messaging.destination.name": name,
        "messaging.batch.message_count": events,
        "messaging.system": "aws.eventbridge",
    }
    return {key: value for key, value in found.items() if value is not None}


def tables(*names: str) -> dict[str, Any]:
    """Return the attributes of a call to these tables."""
    return {**DYNAMODB, "aws.dynamodb.table_names": list(names)}


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
        ("EventBridge", {"Entries": [{}, {}]}, bus("default", 2)),
        ("EventBridge", {"Entries": [{"EventBusName": "orders"}]}, bus("orders", 1)),
        ("EventBridge", {"Entries": [{"EventBusName": BUS}]}, bus("orders", 1)),
        ("EventBridge", {"Entries": [{"EventBusName": "orders"}, {}]}, bus(None, 2)),
        ("EventBridge", {"EventBusName": "orders"}, bus("orders", None)),
        (
            "EventBridge",
            {
                "Entries": [
                    {"Source": "shop", "DetailType": "CREATED", "Detail": "secret"},
                    {"Source": "shop", "DetailType": "PAID", "Detail": "secret"},
                ]
            },
            {
                **bus("default", 2),
                "aws.eventbridge.sources": ["shop"],
                "aws.eventbridge.detail_types": ["CREATED", "PAID"],
            },
        ),
        ("S3", {"CopySource": "b/k?versionId=3"}, {"aws.s3.copy_source": "b/k"}),
        ("S3", {"CopySource": {"Bucket": "b", "Key": "k"}}, {"aws.s3.copy_source": "b/k"}),
        (
            "S3",
            {"UploadId": "u", "PartNumber": 3, "Body": b"secret", "SSECustomerKey": "secret"},
            {"aws.s3.upload_id": "u", "aws.s3.part_number": 3},
        ),
        (
            "DynamoDB",
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}},
            {
                **DYNAMODB,
                "aws.dynamodb.provisioned_read_capacity": 1,
                "aws.dynamodb.provisioned_write_capacity": 2,
            },
        ),
        ("DynamoDB", {"Statement": "SELECT secret", "Parameters": [{"S": "secret"}]}, DYNAMODB),
        (
            "SQS",
            {"Entries": [{"MessageBody": "secret"}, {}]},
            {"messaging.system": "aws_sqs", "messaging.batch.message_count": 2},
        ),
        (
            "Kinesis",
            {"Records": [{"Data": b"secret"}], "ShardId": "s"},
            {"aws.kinesis.record_count": 1, "aws.kinesis.shard_id": "s"},
        ),
        (
            "Athena",
            {
                "QueryString": "SELECT secret",
                "WorkGroup": "w",
                "QueryExecutionContext": {"Database": "d", "Catalog": "c"},
            },
            {
                "db.system.name": "aws.athena",
                "aws.athena.work_group": "w",
                "db.namespace": "d",
                "aws.athena.catalog": "c",
            },
        ),
        (
            "Cognito Identity Provider",
            {"UserPoolId": "p", "ClientId": "c", "AuthParameters": {"PASSWORD": "secret"}},
            {"aws.cognito.user_pool_id": "p", "aws.cognito.client_id": "c"},
        ),
        (
            "Cognito Identity",
            {"IdentityPoolId": "p", "Logins": {"a": "secret"}},
            {"aws.cognito.identity_pool_id": "p"},
        ),
        (
            "SFN",
            {"executionArn": "e", "input": "secret"},
            {"aws.step_functions.execution.arn": "e"},
        ),
        ("Secrets Manager", {"SecretId": SECRET}, {"aws.secretsmanager.secret.arn": SECRET}),
        ("Secrets Manager", {"SecretId": "key"}, {}),
        ("Secrets Manager", {}, {}),
        ("Bedrock Runtime", {"modelId": "m"}, {**BEDROCK, "gen_ai.request.model": "m"}),
        (
            "Bedrock Runtime",
            {
                "messages": [{"content": "secret"}],
                "guardrailConfig": {"guardrailIdentifier": "g"},
                "inferenceConfig": {
                    "maxTokens": 9,
                    "temperature": 0.5,
                    "topP": 1,
                    "stopSequences": [],
                },
            },
            {
                **BEDROCK,
                "aws.bedrock.guardrail.id": "g",
                "gen_ai.request.max_tokens": 9,
                "gen_ai.request.temperature": 0.5,
                "gen_ai.request.top_p": 1,
            },
        ),
        (
            "Bedrock Agent Runtime",
            {"agentId": "a", "sessionId": "s", "knowledgeBaseId": "k", "inputText": "secret"},
            {
                **BEDROCK,
                "gen_ai.agent.id": "a",
                "gen_ai.conversation.id": "s",
                "aws.bedrock.knowledge_base.id": "k",
            },
        ),
        ("KMS", {"KeyId": "k"}, {}),
    ],
)
def test_parameters_name_the_resource(
    service: str, parameters: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Each service's parameters give the attributes of what the call is about."""
    assert aws_resources.of_call(service, parameters) == expected


@pytest.mark.parametrize(
    ("service", "answer", "expected"),
    [
        ("Secrets Manager", {"ARN": SECRET, "SecretString": "x"}, {ARN: SECRET}),
        ("DynamoDB", {"ARN": SECRET}, {}),
        ("SQS", {"MessageId": "m"}, {"messaging.message.id": "m"}),
        (
            "SQS",
            {"Messages": [{"MessageId": "m", "Body": "secret"}]},
            {"messaging.message.id": "m", "messaging.batch.message_count": 1},
        ),
        ("SQS", {"Messages": [{}, {}]}, {"messaging.batch.message_count": 2}),
        ("SQS", {"Successful": [{"MessageId": "a"}, {"MessageId": "b"}]}, {}),
        (
            "SQS",
            {"QueueUrl": "https://q"},
            {"aws.queue_url": "https://q", "aws.sqs.queue.url": "https://q"},
        ),
        ("SNS", {"MessageId": "m"}, {"messaging.message.id": "m"}),
        ("SNS", {"TopicArn": TOPIC}, {"aws.sns.topic.arn": TOPIC}),
        (
            "EventBridge",
            {"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]},
            {"aws.eventbridge.failed_entry_count": 0, "messaging.message.id": "e"},
        ),
        ("Kinesis", {"FailedRecordCount": 1}, {"aws.kinesis.failed_record_count": 1}),
        ("S3", {"UploadId": "u"}, {"aws.s3.upload_id": "u"}),
        ("SFN", {"executionArn": "e"}, {"aws.step_functions.execution.arn": "e"}),
        ("Athena", {"QueryExecutionId": "q"}, {"aws.athena.query_execution_id": "q"}),
        (
            "Athena",
            {
                "QueryExecution": {
                    "WorkGroup": "w",
                    "Status": {"State": "FAILED"},
                    "Query": "secret",
                }
            },
            {"aws.athena.work_group": "w", "aws.athena.query_state": "FAILED"},
        ),
        (
            "Bedrock Runtime",
            {"stopReason": "end_turn", "usage": {"inputTokens": 3, "outputTokens": 4}},
            {
                "gen_ai.response.finish_reasons": ["end_turn"],
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 4,
            },
        ),
        (
            "Bedrock Runtime",
            {
                "ResponseMetadata": {
                    "HTTPHeaders": {
                        "x-amzn-bedrock-input-token-count": "3",
                        "x-amzn-bedrock-output-token-count": "many",
                    }
                }
            },
            {"gen_ai.usage.input_tokens": 3},
        ),
    ],
)
def test_answers_name_what_only_they_know(
    service: str, answer: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Ids and counts come from the answer; contents stay there."""
    assert expected == aws_resources.of_answer(service, answer)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["TableName", "Source"]), inner)
    ),
)
MEMBERS = (
    *("TableName", "RequestItems", "TransactItems", "Entries", "Messages", "QueueUrl", "Bucket"),
    *("CopySource", "FunctionName", "SecretId", "TopicArn", "EventBusName", "usage", "stopReason"),
    *("inferenceConfig", "QueryExecution", "ResponseMetadata", "Records", "StreamARN"),
)


@given(members=st.dictionaries(st.sampled_from(MEMBERS), ODD))
def test_whatever_is_given_gives_attributes_or_nothing(members: dict[str, Any]) -> None:
    """Parameters may be invalid, and answers new: neither is an error."""
    for service in aws_resources.KNOWN:
        aws_resources.of_call(service, members)
        aws_resources.of_answer(service, members)


@given(name=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_a_function_has_one_name_in_every_spelling(name: str) -> None:
    """Name, partial ARN, ARN and each with an alias all mean the same function."""
    prefixes = ("", "123456789012:function:", "arn:aws:lambda:eu-west-1:1:function:")
    spellings = [f"{prefix}{name}{alias}" for prefix in prefixes for alias in ("", ":live")]
    found = [aws_resources.of_call("Lambda", {"FunctionName": text}) for text in spellings]
    assert found == [{"faas.invoked_name": name}] * 6
