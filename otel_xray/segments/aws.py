"""
The ``aws`` section.

Developer guide, "X-Ray segment documents", AWS resource data. What a call of an AWS API says comes
from the span, where the process runs from the resource. Unlike the collector's exporter, a call
keeps its members when the process runs outside AWS, and ``rpc.method`` of a call that is none of
AWS stays metadata.
"""

from __future__ import annotations

from typing import cast

from otel_xray.model import keys
from otel_xray.model.document import Json
from otel_xray.segments import values
from otel_xray.segments.field import Field, Left, integer, table, take, texts, write
from otel_xray.segments.resource import Sender, log_groups

CALL = (
    Field("account_id", (keys.AWS_ACCOUNT,)),
    Field("operation", (keys.AWS_OPERATION,)),
    Field("region", (keys.AWS_REGION, keys.CLOUD_REGION)),
    Field("request_id", (keys.AWS_REQUEST_ID, "aws.requestId")),
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
)
# The section as it is read from a document.
MEMBERS = {**table(*CALL, TABLES, *TARGET), "xray": table(SAMPLING_RULE)}

CALL_MEMBERS = frozenset(
    {field.member for field in (*CALL, *TARGET) if field.member != "account_id"} | {TABLES.member}
)
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
