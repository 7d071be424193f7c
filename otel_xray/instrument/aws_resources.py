"""
What an AWS call is about: which table, queue, bucket, topic, …

One table from a service, by botocore's id of it, to the attributes that its calls give. Names are
those of the semantic conventions for AWS SDK spans, and beside them those that X-Ray documents are
made from; where neither has one it is ``aws.<service>.<member>``. Only what names a resource or
counts something is taken: values, messages, items and statements stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from otel_xray.instrument import aws_bedrock, aws_dynamodb, aws_messaging
from otel_xray.instrument.extraction import (
    Found,
    Members,
    Service,
    after,
    arn,
    as_object,
    count,
    number,
    text,
    within,
)

NOTHING = Service()

_SECRET = "aws.secretsmanager.secret.arn"  # noqa: S105  the name of an attribute
_EXECUTION = "aws.step_functions.execution.arn"
_MACHINE = text("stateMachineArn", "aws.step_functions.state_machine.arn")
_QUERY = text("QueryExecutionId", "aws.athena.query_execution_id")
_USER_POOL = text("UserPoolId", "aws.cognito.user_pool_id")


def of_service(service: str) -> Service:
    """Return what is known of a service; *service* is botocore's id of it, such as ``DynamoDB``."""
    return _SERVICES.get(service, NOTHING)


def of_call(service: str, parameters: Members) -> Found:
    """Return the attributes that the parameters of a call give."""
    known = of_service(service)
    found: Found = dict(known.always)
    for extract in known.asked:
        extract(parameters, found)
    return found


def of_answer(service: str, answer: Members) -> Found:
    """Return the attributes that an answer gives."""
    found: Found = {}
    for extract in of_service(service).answered:
        extract(answer, found)
    return found


def _function_name(given: str) -> str:
    """Return the bare name: a function is given by it, an ARN or a part of one, maybe an alias."""
    return given.rpartition("function:")[2].partition(":")[0]


def _copy_source(parameters: Members, found: Found) -> None:
    source: Any = parameters.get("CopySource")
    parts = as_object(source)
    if parts is not None:
        source = f"{parts.get('Bucket')}/{parts.get('Key')}"
    if source and isinstance(source, str):
        found["aws.s3.copy_source"] = source.partition("?versionId=")[0]


_SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        **aws_bedrock.SERVICES,
        **aws_dynamodb.SERVICES,
        **aws_messaging.SERVICES,
        "Athena": Service(
            always={aws_dynamodb.DB_SYSTEM: "aws.athena"},
            asked=(
                text("WorkGroup", "aws.athena.work_group"),
                _QUERY,
                text("NamedQueryId", "aws.athena.named_query_id"),
                within(
                    "QueryExecutionContext",
                    text("Database", "db.namespace"),
                    text("Catalog", "aws.athena.catalog"),
                ),
            ),
            answered=(
                _QUERY,
                within(
                    "QueryExecution",
                    _QUERY,
                    text("WorkGroup", "aws.athena.work_group"),
                    within("Status", text("State", "aws.athena.query_state")),
                ),
            ),
        ),
        "Cognito Identity": Service(
            asked=(text("IdentityPoolId", "aws.cognito.identity_pool_id"),)
        ),
        "Cognito Identity Provider": Service(
            asked=(_USER_POOL, text("ClientId", "aws.cognito.client_id")),
        ),
        "Kinesis": Service(
            asked=(
                text("StreamARN", "aws.kinesis.stream_name", to=after("/")),
                text("StreamName", "aws.kinesis.stream_name"),
                text("ShardId", "aws.kinesis.shard_id"),
                count("Records", "aws.kinesis.record_count"),
            ),
            answered=(
                text("ShardId", "aws.kinesis.shard_id"),
                count("Records", "aws.kinesis.record_count"),
                number("FailedRecordCount", "aws.kinesis.failed_record_count"),
            ),
        ),
        "Lambda": Service(
            of={"Invoke": {"faas.invoked_provider": "aws"}},
            asked=(
                text("FunctionName", "faas.invoked_name", to=_function_name),
                text("UUID", "aws.lambda.resource_mapping.id"),
            ),
        ),
        "S3": Service(
            asked=(
                text("Bucket", "aws.s3.bucket"),
                text("Key", "aws.s3.key"),
                _copy_source,
                text("UploadId", "aws.s3.upload_id"),
                number("PartNumber", "aws.s3.part_number"),
            ),
            answered=(text("UploadId", "aws.s3.upload_id"),),
        ),
        "Secrets Manager": Service(
            asked=(arn("SecretId", _SECRET),), answered=(arn("ARN", _SECRET),)
        ),
        "SFN": Service(
            asked=(
                _MACHINE,
                text("activityArn", "aws.step_functions.activity.arn"),
                text("executionArn", _EXECUTION),
            ),
            answered=(_MACHINE, text("executionArn", _EXECUTION)),
        ),
    }
)
KNOWN = frozenset(_SERVICES)
