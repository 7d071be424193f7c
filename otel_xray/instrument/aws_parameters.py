"""
Which parameters of an AWS call, and which members of its answer, X-Ray shows.

The table has the form of the parameter whitelists that X-Ray's SDKs take, since applications bring
their own: services by endpoint prefix, operations by name, and of each operation up to four lists.
``request_parameters`` and ``response_parameters`` list what is shown as it is, under its name in
snake case; ``request_descriptors`` and ``response_descriptors`` say what is renamed, and whether
its keys or their number are shown in its stead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, Union

Descriptor: TypeAlias = dict[str, Union[str, bool]]
Operation: TypeAlias = dict[str, Any]
Operations: TypeAlias = dict[str, Operation]
Services: TypeAlias = dict[str, dict[str, Operations]]


def whitelist() -> dict[str, Services]:
    """Return the whitelist, a new one that the caller may change."""
    return {
        "services": {
            "sns": {"operations": _sns()},
            "dynamodb": {"operations": _dynamodb()},
            "sqs": {"operations": _sqs()},
            "lambda": {"operations": _lambda()},
            "s3": {"operations": _s3()},
            "runtime.sagemaker": {"operations": _sagemaker_runtime()},
        }
    }


def shown(
    listed: Mapping[str, Services],
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    answer: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """
    Return what X-Ray shows of a call, by the names that it shows.

    Args:
        listed: a whitelist, ours or one that an application has extended.
        service: its endpoint prefix, such as ``dynamodb``.
        operation: as AWS names it, such as ``GetItem``.
        parameters: as the application gave them. What cannot be counted is left out; that they
            are valid is the service's business.
        answer: None or empty when there is none.
    """
    operations = listed["services"].get(service, {}).get("operations", {})
    entries = operations.get(operation)
    if entries is None:
        return {}
    found: dict[str, Any] = {}
    for side, actual in (("request", parameters), ("response", answer or {})):
        for name in entries.get(f"{side}_parameters", ()):
            if name in actual:
                found[snake_case(name)] = actual[name]
        for name, descriptor in entries.get(f"{side}_descriptors", {}).items():
            if name in actual:
                found.update(described(descriptor, actual[name]))
    return found


def snake_case(name: str) -> str:
    """Return *name*, which is in camel case, in snake case; an acronym is one word."""
    return _WORD.sub("_", name).lower()


def described(descriptor: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """Return what *descriptor* shows of *value*, by its name; nothing when it does not fit."""
    try:
        if descriptor.get("get_count"):
            value = len(value)
        if descriptor.get("get_keys"):
            value = list(value.keys())
    except (AttributeError, TypeError):
        return {}
    return {descriptor["rename_to"]: value}


# Before a capital that begins a word, and after small letters or digits before any capital.
_WORD = re.compile(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])")


# --- the table ----------------------------------------------------------------------------------


def _keys(name: str) -> Descriptor:
    return {"map": True, "get_keys": True, "rename_to": name}


def _count(name: str) -> Descriptor:
    return {"list": True, "get_count": True, "rename_to": name}


def _renamed(name: str) -> Descriptor:
    return {"rename_to": name}


def _operation(
    asked: str = "",
    answered: str = "",
    *,
    asked_as: Mapping[str, Descriptor] | None = None,
    answered_as: Mapping[str, Descriptor] | None = None,
) -> Operation:
    entries = {
        "request_parameters": asked.split(),
        "request_descriptors": dict(asked_as or {}),
        "response_parameters": answered.split(),
        "response_descriptors": dict(answered_as or {}),
    }
    return {name: entry for name, entry in entries.items() if entry}


def _alike(names: Iterable[str], asked: str = "", **more: Any) -> Operations:
    return {name: _operation(asked, **more) for name in names}


_CAPACITY = "ConsumedCapacity"
_CHANGED = "ConsumedCapacity ItemCollectionMetrics"


def _dynamodb() -> Operations:
    tables = {"RequestItems": _keys("table_names")}
    read = "ConsistentRead ProjectionExpression TableName"
    searched = (
        "AttributesToGet ConsistentRead IndexName Limit ProjectionExpression Select TableName"
    )
    return {
        "BatchGetItem": _operation("", _CAPACITY, asked_as=tables),
        "BatchWriteItem": _operation("", _CHANGED, asked_as=tables),
        "CreateTable": _operation(
            "GlobalSecondaryIndexes LocalSecondaryIndexes ProvisionedThroughput TableName"
        ),
        "DeleteItem": _operation("TableName", _CHANGED),
        "DeleteTable": _operation("TableName"),
        "DescribeTable": _operation("TableName"),
        "GetItem": _operation(read, _CAPACITY),
        "ListTables": _operation(
            "ExclusiveStartTableName Limit", answered_as={"TableNames": _count("table_count")}
        ),
        "PutItem": _operation("TableName", _CHANGED),
        "Query": _operation(f"{searched} ScanIndexForward", _CAPACITY),
        "Scan": _operation(f"{searched} Segment TotalSegments", f"{_CAPACITY} Count ScannedCount"),
        "UpdateItem": _operation("TableName", _CHANGED),
        "UpdateTable": _operation(
            "AttributeDefinitions GlobalSecondaryIndexUpdates ProvisionedThroughput TableName"
        ),
    }


def _sqs() -> Operations:
    received = (
        "AttributeNames MaxNumberOfMessages MessageAttributeNames QueueUrl VisibilityTimeout"
        " WaitTimeSeconds"
    )
    return {
        **_alike(("DeleteMessage", "DeleteQueue", "PurgeQueue", "RemovePermission"), "QueueUrl"),
        "AddPermission": _operation("Label QueueUrl"),
        "ChangeMessageVisibility": _operation("QueueUrl VisibilityTimeout"),
        "ChangeMessageVisibilityBatch": _operation("QueueUrl", "Failed"),
        "CreateQueue": _operation("Attributes QueueName"),
        "DeleteMessageBatch": _operation("QueueUrl", "Failed"),
        "GetQueueAttributes": _operation("QueueUrl", "Attributes"),
        "GetQueueUrl": _operation("QueueName QueueOwnerAWSAccountId", "QueueUrl"),
        "ListDeadLetterSourceQueues": _operation("QueueUrl", "QueueUrls"),
        "ListQueues": _operation(
            "QueueNamePrefix", answered_as={"QueueUrls": _count("queue_count")}
        ),
        "ReceiveMessage": _operation(received, answered_as={"Messages": _count("message_count")}),
        "SendMessage": _operation(
            "DelaySeconds QueueUrl",
            "MessageId",
            asked_as={"MessageAttributes": _keys("message_attribute_names")},
        ),
        "SendMessageBatch": _operation(
            "QueueUrl",
            asked_as={"Entries": _count("message_count")},
            answered_as={
                "Failed": _count("failed_count"),
                "Successful": _count("successful_count"),
            },
        ),
        "SetQueueAttributes": _operation(
            "QueueUrl", asked_as={"Attributes": _keys("attribute_names")}
        ),
    }


def _sns() -> Operations:
    return _alike(("Publish", "PublishBatch"), "TopicArn")


def _lambda() -> Operations:
    return {
        "Invoke": _operation(
            "FunctionName InvocationType LogType Qualifier", "FunctionError StatusCode"
        ),
        "InvokeAsync": _operation("FunctionName", "Status"),
    }


def _sagemaker_runtime() -> Operations:
    return {"InvokeEndpoint": _operation("EndpointName")}


# Some of the names are those of other SDKs or of older APIs; applications may rely on each.
_OF_VERSIONS = """
    DeleteObjectTagging DeleteVersion GeneratePresignedUrl GetObject GetObjectAcl GetObjectTagging
    PutObjectTagging RestoreObject RestoreObjectV2 SetObjectAcl
"""
_OF_OBJECTS = """
    AbortMultipartUpload CompleteMultipartUpload DeleteObject InitiateMultipartUpload ListParts
    PutObject UploadPart
"""
_OF_LISTS = "ListMultipartUploads ListObjects ListObjectsV2 ListVersions"
_OF_BUCKETS = """
    CreateBucket DeleteBucket DeleteBucketAnalyticsConfiguration DeleteBucketCors
    DeleteBucketEncryption DeleteBucketInventoryConfiguration DeleteBucketLifecycleConfiguration
    DeleteBucketMetricsConfiguration DeleteBucketPolicy DeleteBucketReplicationConfiguration
    DeleteBucketTagging DeleteBucketWebsite DeleteObjects GetBucketAccelerateConfiguration
    GetBucketAcl GetBucketAnalyticsConfiguration GetBucketCors GetBucketEncryption
    GetBucketInventoryConfiguration GetBucketLifecycleConfiguration GetBucketLocation
    GetBucketLogging GetBucketMetricsConfiguration GetBucketNotificationConfiguration
    GetBucketPolicy GetBucketReplicationConfiguration GetBucketTagging GetBucketVersioning
    GetBucketWebsite HeadBucket ListBucketAnalyticsConfigurations ListBucketInventoryConfigurations
    ListBucketMetricsConfigurations PutBucketAccelerateConfiguration PutBucketAcl
    PutBucketAnalyticsConfiguration PutBucketCors PutBucketEncryption
    PutBucketInventoryConfiguration PutBucketMetricsConfiguration
    PutBucketNotificationConfiguration PutBucketPolicy PutBucketReplicationConfiguration
    PutBucketTagging PutBucketVersioning PutBucketWebsite SetBucketLifecycleConfiguration
    SetBucketLogging
"""


def _s3() -> Operations:
    bucket = {"Bucket": _renamed("bucket_name")}
    return {
        **_alike(_OF_VERSIONS.split(), "Key VersionId", asked_as=bucket),
        **_alike(_OF_OBJECTS.split(), "Key", asked_as=bucket),
        **_alike(_OF_LISTS.split(), "Prefix", asked_as=bucket),
        **_alike(_OF_BUCKETS.split(), asked_as=bucket),
        "CopyObject": _operation("CopySource Bucket Key"),
    }
