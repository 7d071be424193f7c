"""
The records of an event, each with a span of its own.

::

    def handler(event, context):
        batch = otel_xray.records(event, report_failures=True)
        for record in batch:
            with record as message:
                store(json.loads(message["body"]))
        return batch.response()

A record's span is a CONSUMER inside the handler's, with links to whoever sent that record. What is
raised in a block is recorded on its span.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from otel_xray.aws_lambda.events.batches import BATCHES, KAFKA, Batch, records_of
from otel_xray.aws_lambda.events.recognition import source_of
from otel_xray.aws_lambda.record import Block, Record
from otel_xray.carriers.values import NOTHING, Object, mapping
from otel_xray.instrument.shield import Shield

Handler = TypeVar("Handler", bound=Callable[..., Any])

_shield = Shield("looking at the records of an event")


def records(event: object, *, report_failures: bool = False, parent: bool = False) -> Records:
    """
    Return the records of an event; each is a block that has a span.

    Args:
        event: of SQS, SNS, Kinesis, DynamoDB streams, S3 or Kafka. Any other has no records.
        report_failures: what a block raises goes no further; `Records.response` reports it to
            Lambda. Only where Lambda takes such a report: SQS, Kinesis, DynamoDB streams. The
            event source mapping must have ``ReportBatchItemFailures``.
        parent: the sender of a record that comes alone is the parent of its span, not a link.
    """
    found: list[Object] = []
    batch: Batch | None = None
    with _shield:
        members = mapping(event)
        batch = BATCHES.get(source_of(members).name)
        found = list(records_of(members)) if batch else []
    return Records(batch, found, report_failures=report_failures, parent=parent)


class Records:
    """
    Records of an event, in their order, and which of them have failed.

    Where records wait for each other (streams, FIFO queues), the iteration ends behind one that
    has failed: Lambda delivers those behind it again, and none may overtake it.
    """

    def __init__(
        self,
        batch: Batch | None,
        records: list[Mapping[str, Any]],
        *,
        report_failures: bool,
        parent: bool,
    ) -> None:
        self._batch = batch
        self._records = records
        self._report = report_failures
        self._parent = parent and len(records) == 1
        self._failed: list[str] = []

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        for index, data in enumerate(self._records):
            known = len(self._failed)
            yield Record(data, Block(self._batch, data, parent=self._parent), self._failed_with)
            if len(self._failed) > known and self._batch and self._batch.must_wait(data):
                behind = self._records[index + 1 :]
                self._failed.extend(filter(None, map(self._batch.failed_item, behind)))
                return

    def process(self, handler: Callable[[Mapping[str, Any]], object]) -> dict[str, Any]:
        """Call *handler* with each record, inside its span; return what `response` does."""
        for record in self:
            with record as data:
                handler(data)
        return self.response()

    def response(self) -> dict[str, Any]:
        """Return the handler's answer: the records that Lambda shall deliver again."""
        return {"batchItemFailures": [{"itemIdentifier": item} for item in self._failed]}

    def _failed_with(self, data: Mapping[str, Any]) -> bool:
        """Take that a record has failed; False where Lambda cannot be told so."""
        item = self._batch.failed_item(data) if self._report and self._batch else ""
        if item:
            self._failed.append(item)
        return bool(item)


def record_handler(function: Handler) -> Handler:
    """
    Give each call of a function that takes one record a span, as `records` does.

    For what goes through the records itself, such as Powertools' ``BatchProcessor``, whose own
    data classes are understood. A coroutine function stays one.
    """
    import inspect  # noqa: PLC0415  only decorated functions need it
    from functools import wraps  # noqa: PLC0415  as above

    @wraps(function)
    def handle(*args: Any, **kwargs: Any) -> Any:
        with _block(args, kwargs):
            return function(*args, **kwargs)

    @wraps(function)
    async def handle_async(*args: Any, **kwargs: Any) -> Any:
        with _block(args, kwargs):
            return await function(*args, **kwargs)

    return cast("Handler", handle_async if inspect.iscoroutinefunction(function) else handle)


def _block(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Block:
    batch: Batch | None = None
    data: Object = NOTHING
    with _shield:
        record = next(iter((*args, *kwargs.values())), None)  # Powertools passes it by its name
        data = mapping(getattr(record, "raw_event", record))
        name = KAFKA if "topic" in data else source_of({"Records": [data]}).name
        batch = BATCHES.get(name)
    return Block(batch, data)
