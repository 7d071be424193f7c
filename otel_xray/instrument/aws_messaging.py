"""
What calls of SQS, SNS and EventBridge say: where messages go and how many, never what is in them.

A call stays CLIENT, also where it sends: X-Ray takes a PRODUCER for a plain remote service.
"""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.util.types import AttributeValue

from otel_xray.instrument.extraction import (
    Found,
    Members,
    Service,
    after,
    count,
    distinct,
    number,
    objects,
    sole,
    text,
)
from otel_xray.model import keys

SYSTEM = "messaging.system"
DESTINATION = "messaging.destination.name"
OPERATION_NAME = "messaging.operation.name"
OPERATION_TYPE = "messaging.operation.type"
MESSAGES = "messaging.batch.message_count"
MESSAGE_ID = "messaging.message.id"
DEFAULT_BUS = "default"
QUEUE_URL = "aws.sqs.queue.url"


def _operation(name: str, kind: str) -> Mapping[str, AttributeValue]:
    return {OPERATION_NAME: name, OPERATION_TYPE: kind}


_message_id = text("MessageId", MESSAGE_ID)

SQS = Service(
    always={SYSTEM: "aws_sqs"},
    of={
        "SendMessage": _operation("send_message", "send"),
        "SendMessageBatch": _operation("send_message_batch", "send"),
        "ReceiveMessage": _operation("receive_message", "receive"),
        "DeleteMessage": _operation("delete_message", "settle"),
        "DeleteMessageBatch": _operation("delete_message_batch", "settle"),
    },
    asked=(
        text("QueueUrl", keys.AWS_QUEUE_URL, QUEUE_URL),
        text("QueueUrl", DESTINATION, to=after("/")),
        text("QueueName", DESTINATION),
        count("Entries", MESSAGES),
    ),
    answered=(
        text("QueueUrl", keys.AWS_QUEUE_URL, QUEUE_URL),
        _message_id,
        count("Messages", MESSAGES),
        sole("Messages", _message_id),
        sole("Successful", _message_id),
    ),
)
SNS = Service(
    always={SYSTEM: "aws.sns"},
    of={
        "Publish": _operation("publish", "send"),
        "PublishBatch": _operation("publish_batch", "send"),
    },
    # A telephone number is somebody's: it is left out.
    asked=(
        text("TargetArn", DESTINATION, to=after(":")),
        text("TopicArn", DESTINATION, to=after(":")),
        text("TopicArn", "aws.sns.topic.arn"),
        count("PublishBatchRequestEntries", MESSAGES),
    ),
    answered=(
        text("TopicArn", "aws.sns.topic.arn"),
        _message_id,
        sole("Successful", _message_id),
    ),
)


def _bus(parameters: Members, found: Found) -> None:
    entries = objects(parameters, "Entries")
    buses = {str(entry.get("EventBusName") or DEFAULT_BUS) for entry in entries}
    if len(buses) == 1:  # a call to several has no single destination
        found[DESTINATION] = _bus_name(buses.pop())


_bus_name = after("/")  # of an ARN, or of a name of its own

EVENTBRIDGE = Service(
    always={SYSTEM: "aws.eventbridge"},
    of={"PutEvents": _operation("put_events", "send")},
    asked=(
        text("EventBusName", DESTINATION, to=_bus_name),
        _bus,
        count("Entries", MESSAGES),
        distinct("Entries", "Source", "aws.eventbridge.sources"),
        distinct("Entries", "DetailType", "aws.eventbridge.detail_types"),
    ),
    answered=(
        number("FailedEntryCount", "aws.eventbridge.failed_entry_count"),
        sole("Entries", text("EventId", MESSAGE_ID)),
    ),
)
SERVICES: Mapping[str, Service] = {"SQS": SQS, "SNS": SNS, "EventBridge": EVENTBRIDGE}
