"""
Batches of records: messages, stream records, notices of objects.

One table says for each source what its records are called and how a record is described; the span
of the handler and the spans of records are described from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from opentelemetry.util.types import AttributeValue

from otel_xray.aws_lambda.events.extracts import (
    Extract,
    Table,
    after,
    attributes,
    between,
    constant,
    field,
    mapped,
)
from otel_xray.aws_lambda.events.trigger import Event, Source, Trigger
from otel_xray.carriers import services
from otel_xray.carriers.carried import links
from otel_xray.carriers.values import at, items, mapping, parsed, text
from otel_xray.model import keys

Record: TypeAlias = Mapping[str, Any]

KAFKA = "kafka"
PROCESS = "process"
SEVERAL = "multiple_sources"  # semantic conventions for a span about more than one
EXAMINED = 100  # records of a batch that are asked for links: there are at most 20

PARTITION = "messaging.destination.partition.id"
OFFSET = "messaging.kafka.offset"
COLLECTION = "faas.document.collection"
OPERATION = "faas.document.operation"
DOCUMENT = "faas.document.name"
TIME = "faas.document.time"
TOPIC_ARN = "aws.sns.topic.arn"

# How services call what happened → semantic conventions, `faas.document.operation`.
_OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "INSERT": "insert",
        "MODIFY": "edit",
        "REMOVE": "delete",
        "ObjectCreated": "insert",
        "ObjectRemoved": "delete",
    }
)

_operation = mapped(field("eventName"), lambda name: _OPERATIONS.get(name.partition(":")[0]))
_topic_in_body = mapped(field("body"), lambda body: parsed(body).get("TopicArn"))


class Batch(NamedTuple):
    """
    A source whose events are batches.

    Attributes:
        carrier: the service whose carrier its records are.
        origin: the name of what records come from.
        always: attributes of each record's span, and of the handler's.
        of_record: those that belong to a single record.
        item: where a record has the id by which Lambda is told that it failed; None where Lambda
            takes no such answer.
        ordered: says of a record whether those behind it must wait until it has succeeded.
    """

    carrier: str
    origin: Extract
    always: Table
    of_record: Table
    item: Extract | None = None
    ordered: Extract | None = None

    def describe(self, record: Record) -> dict[str, AttributeValue]:
        """Return the attributes of the span of *record*."""
        return {**attributes(self.always, record), **attributes(self.of_record, record)}

    def name(self, record: Record) -> str:
        """Return the name of the span of *record*."""
        origin = self.origin(record)
        return f"{origin} {PROCESS}" if isinstance(origin, str) and origin else PROCESS

    def must_wait(self, record: Record) -> bool:
        """Say whether the records behind *record* must wait until it has succeeded."""
        return bool(self.ordered and self.ordered(record))

    def failed_item(self, record: Record) -> str:
        """Return the id by which Lambda is told that *record* failed; empty if it has none."""
        return text(self.item(record)) if self.item else ""


def _partition(record: object) -> str | None:
    """Return Kafka's number of a partition as the text that the conventions want."""
    number = at(record, "partition")
    return str(number) if type(number) is int else None


def _messages(system: str, origin: Extract) -> Table:
    return {
        keys.MESSAGING_SYSTEM: constant(system),
        keys.MESSAGING_DESTINATION: origin,
        keys.MESSAGING_OPERATION_NAME: constant(PROCESS),
        keys.MESSAGING_OPERATION_TYPE: constant(PROCESS),
    }


_queue = after(":", field("eventSourceARN"))
_topic = after(":", field("Sns", "TopicArn"))
_stream = after("/", field("eventSourceARN"))
_table = between(":table/", "/", field("eventSourceARN"))
_bucket = field("s3", "bucket", "name")
_is_fifo = mapped(field("eventSourceARN"), lambda arn: arn.endswith(".fifo"))

_SQS = Batch(
    "sqs",
    _queue,
    _messages("aws_sqs", _queue),
    {keys.MESSAGE_ID: field("messageId")},
    field("messageId"),
    _is_fifo,
)

BATCHES: Mapping[str, Batch] = MappingProxyType(
    {
        "sqs": _SQS,
        "sns_in_sqs": _SQS._replace(of_record={**_SQS.of_record, TOPIC_ARN: _topic_in_body}),
        "sns": Batch(
            "sns",
            _topic,
            {**_messages("aws.sns", _topic), TOPIC_ARN: field("Sns", "TopicArn")},
            {keys.MESSAGE_ID: field("Sns", "MessageId")},
        ),
        "kinesis": Batch(
            "kinesis",
            _stream,
            {**_messages("aws.kinesis", _stream), "aws.kinesis.stream_name": _stream},
            {
                keys.MESSAGE_ID: field("kinesis", "sequenceNumber"),
                PARTITION: between("shardId-", ":", field("eventID")),
            },
            field("kinesis", "sequenceNumber"),
            constant("shard"),
        ),
        "dynamodb_streams": Batch(
            "dynamodb_streams",
            _table,
            {COLLECTION: _table},
            {OPERATION: _operation},
            field("dynamodb", "SequenceNumber"),
            constant("shard"),
        ),
        "s3": Batch(
            "s3",
            _bucket,
            {COLLECTION: _bucket, "aws.s3.bucket": _bucket},
            {
                OPERATION: _operation,
                DOCUMENT: field("s3", "object", "key"),
                TIME: field("eventTime"),
                "aws.s3.key": field("s3", "object", "key"),
            },
        ),
        KAFKA: Batch(
            KAFKA,
            field("topic"),
            _messages(KAFKA, field("topic")),
            {
                PARTITION: _partition,
                OFFSET: field("offset"),
            },
        ),
    }
)


def records_of(event: Event) -> Iterator[Record]:
    """Yield the records of a batch; those of Kafka stand by topic and partition."""
    for part in _parts(event):
        yield from map(mapping, part)


def read(source: Source, event: Event) -> Trigger:
    """Describe a batch that came by *source*."""
    batch = BATCHES[source.name]
    parts = _parts(event)
    # A batch has one source, except that Kafka's may have several topics, each a part.
    first = [mapping(part[0]) for part in parts if part]
    names = {batch.name(record) for record in first}
    count = sum(map(len, parts))
    described = _described(batch, first, count) if first else {}
    examined = islice(records_of(event), EXAMINED)
    return Trigger(
        source.name,
        source.kind,
        names.pop() if len(names) == 1 else f"{SEVERAL} {PROCESS}",
        described,
        links=links(services.read(batch.carrier, record) for record in examined),
        records=count,
    )


def _described(batch: Batch, first: list[Record], count: int) -> dict[str, AttributeValue]:
    """Return what all records have in common, and everything of a record that is alone."""
    if count == 1:
        return batch.describe(first[0])
    several = [attributes(batch.always, record) for record in first]
    common = {
        key: value for key, value in several[0].items() if all(o.get(key) == value for o in several)
    }
    return {**common, keys.MESSAGING_BATCH_COUNT: count}


def _parts(event: Event) -> list[list[Any]]:
    records: object = event.get("Records", event.get("records"))
    by_partition = mapping(records)
    return [*map(items, by_partition.values())] if by_partition else [items(records)]
