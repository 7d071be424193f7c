"""
The ``aws`` section.

Developer guide, "X-Ray segment documents", AWS resource data. What a call of an AWS API says comes
from the span, where the process runs from the resource. What `TARGET` has no row for is a member
under its last name, as X-Ray's SDKs write what their parameter whitelist lists:
``aws.dynamodb.consistent_read`` is ``consistent_read``. Unlike the collector's exporter, a call
keeps its members when the process runs outside AWS, and ``rpc.method`` of a call that is none of
AWS stays metadata.
"""

from __future__ import annotations

import re
from typing import cast

from otel_xray.model import keys
from otel_xray.model.document import Json
from otel_xray.segments import remainder, values
from otel_xray.segments.field import Field, Left, flag, integer, table, take, texts, write
from otel_xray.segments.resource import Sender, log_groups


def _capacity(value: Json) -> Json:
    """Return what DynamoDB reports: an object, or a list of several, out of a list of texts."""
    try:
        reports = [remainder.from_text(text) for text in texts(value) or ()]
    except ValueError:
        return None
    return (reports[0] if len(reports) == 1 else reports) or None


CALL = (
    Field("account_id", (keys.AWS_ACCOUNT,)),
    Field("operation", (keys.AWS_OPERATION,)),
    Field("region", (keys.AWS_REGION, keys.CLOUD_REGION)),
    Field("request_id", (keys.AWS_REQUEST_ID, "aws.requestId")),
    Field("id_2", ("aws.extended_request_id",)),
    Field("queue_url", (keys.AWS_QUEUE_URL, "aws.queue.url", "aws.sqs.queue.url", "messaging.url")),
    Field("table_name", (keys.AWS_TABLE_NAME, "aws.table.name")),
    Field("retries", (keys.RETRIES, "retry_attempts"), integer),
)
TABLES = Field("table_names", (keys.AWS_TABLE_NAMES,), texts)
RPC_OPERATION = Field("operation", (keys.RPC_METHOD,))
SAMPLING_RULE = Field("sampling_rule_name", (keys.SAMPLING_RULE,))

# What a call is made to. These attributes say it of other spans too, so only a call's are taken.
TARGET = (
    Field("bucket_name", ("aws.s3.bucket",)),
    Field("key", ("aws.s3.key",)),
    Field("topic_arn", ("aws.sns.topic.arn",)),
    Field("message_id", ("messaging.message.id",)),
    Field("function_name", ("faas.invoked_name",)),
    Field("message_count", ("messaging.batch.message_count",), integer),
    Field("projection_expression", ("aws.dynamodb.projection",)),
    Field("scan_index_forward", ("aws.dynamodb.scan_forward",), flag),
    Field("exclusive_start_table_name", ("aws.dynamodb.exclusive_start_table",)),
    Field("consumed_capacity", ("aws.dynamodb.consumed_capacity",), _capacity),
)
_PARAMETER = re.compile(r"aws\.(?!xray\.|local\.|remote\.|span\.)\w+\.(\w+)")
# The section as it is read from a document.
MEMBERS = {**table(*CALL, TABLES, *TARGET), "xray": table(SAMPLING_RULE)}

CALL_MEMBERS = frozenset(
    {field.member for field in (*CALL, *TARGET) if field.member != "account_id"} | {TABLES.member}
)
_PREFIX = "aws."
_NAMED = frozenset({keys.AWS_TABLE_NAMES})  # has a rule of its own
_TARGET_KEYS = frozenset(key for field in TARGET for key in field.keys)


def section(
    sender: Sender, groups: tuple[str, ...], left: Left, *, api_call: bool
) -> dict[str, Json]:
    """
    Return the section and take what it says.

    Args:
        sender: the facts of the resource.
        groups: names of log groups, used when the resource names none.
        left: attributes that no section has taken yet.
        api_call: the span is a call of an AWS API.
    """
    aws = cast("dict[str, Json]", values.fresh(sender.aws))
    aws.update(write(CALL, left))
    if api_call:
        operation = _operation(left)
        if operation and "operation" not in aws:
            aws["operation"] = operation
        if not _TARGET_KEYS.isdisjoint(left):
            aws.update(write(TARGET, left))
        _add_parameters(aws, left)
    _add_tables(aws, left)
    rule = take(SAMPLING_RULE, left)
    if rule is not None:
        aws["xray"]["sampling_rule_name"] = rule
    if groups and "cloudwatch_logs" not in aws:
        aws["cloudwatch_logs"] = log_groups(groups)
    return aws


def without_call(aws: dict[str, Json]) -> dict[str, Json]:
    """Return the section without what describes a call: that of the calling service itself."""
    return {member: value for member, value in aws.items() if member not in CALL_MEMBERS}


def _add_parameters(aws: dict[str, Json], left: Left) -> None:
    for key in [key for key in left if key.startswith(_PREFIX)]:
        named = _PARAMETER.fullmatch(key)
        if named is not None and key not in _NAMED and named[1] not in aws:
            aws[named[1]] = left.pop(key)


def _operation(left: Left) -> str | None:
    """Conventions from 1.39 on write ``Service/Operation`` into ``rpc.method``."""
    method = take(RPC_OPERATION, left)
    return str(method).rpartition("/")[2] if method else None


def _add_tables(aws: dict[str, Json], left: Left) -> None:
    tables = take(TABLES, left)
    if tables and len(tables) == 1:
        aws["table_name"] = tables[0]
    elif tables:
        aws["table_names"] = tables
