"""The records of an event, each with a span of its own."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch import (
    AsyncBatchProcessor,
    BatchProcessor,
    EventType,
    async_process_partial_response,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes import (
    KafkaEvent,
    KinesisStreamEvent,
    S3Event,
    SQSEvent,
)
from hypothesis import given
from opentelemetry import context, trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

import otel_xray
from otel_xray.carriers import services
from otel_xray.testing import Recording, recording
from tests.aws_lambda.events.sampling import OTHER_TRACE_ID, SPAN_ID, TRACE_ID, sample
from tests.aws_lambda.events.strategies import JSON, mutations
from tests.test_import import heavy, loaded_by

FIRST, SECOND, THIRD = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3))


def attributes(span: ReadableSpan) -> dict[str, Any]:
    """Return a span's attributes."""
    return dict(span.attributes or {})


def linked(span: ReadableSpan) -> list[int]:
    """Return the traces that a span links to."""
    return [link.context.trace_id for link in span.links]


def test_each_record_has_a_span_with_its_own_senders(recorded: Recording) -> None:
    """A CONSUMER in the handler's span, described and linked by its own record, is current."""
    current: list[int] = []
    with otel_xray.Tracer().provider.in_segment("handler"):
        handler = trace.get_current_span().get_span_context()
        for record in otel_xray.records(sample("sqs")):
            with record as message:
                current.append(trace.get_current_span().get_span_context().span_id)
                assert message["messageId"] == record.data["messageId"]
            assert trace.get_current_span().get_span_context() == handler
    first, second, third, _ = recorded.spans

    assert {"orders process"} == {first.name, second.name, third.name}
    assert [one.context.span_id for one in (first, second, third)] == current
    assert all(one.kind is SpanKind.CONSUMER for one in (first, second, third))
    assert all(one.parent and one.parent.span_id == handler.span_id for one in (first, second))
    assert [[TRACE_ID], [TRACE_ID, OTHER_TRACE_ID], []] == [*map(linked, (first, second, third))]
    assert attributes(first) == {
        "messaging.system": "aws_sqs",
        "messaging.destination.name": "orders",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.message.id": FIRST,
    }


@pytest.mark.parametrize(
    ("event", "name", "expected"),
    [
        (
            "sns",
            "created process",
            {"aws.sns.topic.arn": "arn:aws:sns:eu-west-1:111122223333:created"},
        ),
        ("sns_in_sqs", "orders process", {"messaging.message.id": FIRST}),
        ("kinesis", "clicks process", {"messaging.destination.partition.id": "000000000006"}),
        ("dynamodb_streams", "orders process", {"faas.document.operation": "insert"}),
        ("s3", "invoices process", {"aws.s3.key": "2026/11/1.pdf"}),
        (
            "kafka",
            "clicks process",
            {"messaging.kafka.offset": 15, "messaging.destination.partition.id": "0"},
        ),
    ],
)
def test_records_of_every_service_are_described(
    recorded: Recording, event: str, name: str, expected: dict[str, Any]
) -> None:
    """The span says where the record is from, and which it is."""
    batch = otel_xray.records(sample(event))
    for record in batch:
        with record:
            pass

    assert len(batch) == len(recorded.spans)
    assert name == recorded.spans[0].name
    assert expected.items() <= attributes(recorded.spans[0]).items()


def test_what_a_block_raises_is_recorded_and_goes_on(recorded: Recording) -> None:
    """Without a report to Lambda the exception is the handler's, and the span has it."""

    def handler() -> None:
        for record in otel_xray.records(sample("sqs")):
            with record:
                raise KeyError(record.data["messageId"])

    with pytest.raises(KeyError, match=FIRST):
        handler()
    (span,) = recorded.spans

    assert StatusCode.ERROR is span.status.status_code
    assert "KeyError" == attributes(span)["error.type"]
    assert "exception" == span.events[0].name
    assert "raise KeyError" in str((span.events[0].attributes or {})["exception.stacktrace"])


def test_a_failing_record_is_reported_to_lambda_and_on_its_span(recorded: Recording) -> None:
    """With a report the others are processed, and Lambda hears which one to deliver again."""
    batch = otel_xray.records(sample("sqs"), report_failures=True)
    for record in batch:
        with record as message:
            if message["messageId"] == SECOND:
                raise ValueError(message["body"])

    assert {"batchItemFailures": [{"itemIdentifier": SECOND}]} == batch.response()
    assert [StatusCode.UNSET, StatusCode.ERROR, StatusCode.UNSET] == [
        span.status.status_code for span in recorded.spans
    ]


def test_a_handler_of_single_records_is_called_with_each(recorded: Recording) -> None:
    """`process` is the loop and the answer in one."""
    seen: list[str] = []

    def store(message: Any) -> None:
        seen.append(message["messageId"])
        if len(seen) == 1:
            raise ValueError

    answer = otel_xray.records(sample("sqs"), report_failures=True).process(store)

    assert [FIRST, SECOND, THIRD] == seen
    assert {"batchItemFailures": [{"itemIdentifier": FIRST}]} == answer
    assert 3 == len(recorded.spans)


def failing_at(event: Any, index: int) -> tuple[int, list[str]]:
    """Return how many records are processed and which are reported if one fails."""
    count = 0

    def handler(_: object) -> None:
        nonlocal count
        count += 1
        if count == index + 1:
            raise ValueError

    answer = otel_xray.records(event, report_failures=True).process(handler)
    return count, [item["itemIdentifier"] for item in answer["batchItemFailures"]]


@pytest.mark.usefixtures("recorded")
def test_no_record_overtakes_one_that_failed_where_order_matters() -> None:
    """Streams and FIFO queues stop at the failure, and get everything from there on again."""
    fifo = sample("sqs")
    for record in fifo["Records"]:
        record["eventSourceARN"] += ".fifo"

    assert (2, [SECOND, THIRD]) == failing_at(fifo, 1)
    assert (3, [SECOND]) == failing_at(sample("sqs"), 1)
    assert (2, ["222", "333"]) == failing_at(sample("dynamodb_streams"), 1)
    assert (1, [f"4954511523085700{n}" for n in (1, 2, 3)]) == failing_at(sample("kinesis"), 0)


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("event", ["sns", "s3", "kafka"])
def test_a_failure_is_not_swallowed_where_lambda_takes_no_report(event: str) -> None:
    """The record would be lost; so the invocation fails, and Lambda tries all of it again."""

    def handler(_: object) -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  it has no message
        otel_xray.records(sample(event), report_failures=True).process(handler)


@pytest.mark.usefixtures("recorded")
def test_a_record_without_an_id_fails_as_if_nobody_reported() -> None:
    """Lambda could not be told which one it was."""
    event = sample("sqs-single")
    del event["Records"][0]["messageId"]

    with pytest.raises(ValueError):  # noqa: PT011  it has no message
        failing_at(event, 0)


@pytest.mark.usefixtures("recorded")
def test_who_interrupts_is_not_kept_from_it() -> None:
    """KeyboardInterrupt, or the time-out of an asynchronous task, is no failure of a record."""

    def handler(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        otel_xray.records(sample("sqs"), report_failures=True).process(handler)


def test_a_single_message_may_be_continued(recorded: Recording) -> None:
    """Where the user says so, its sender is the parent, and the handler is the link."""
    with otel_xray.Tracer().provider.in_segment("handler"):
        handler = trace.get_current_span().get_span_context()
        otel_xray.records(sample("sqs-single"), parent=True).process(lambda _: None)
        otel_xray.records(sample("sqs"), parent=True).process(lambda _: None)
    single, one, *_ = recorded.spans

    assert single.parent is not None
    assert (TRACE_ID, SPAN_ID) == (single.parent.trace_id, single.parent.span_id)
    assert [handler.trace_id] == linked(single)
    assert one.parent is not None
    assert handler.span_id == one.parent.span_id


def test_a_record_outside_of_any_span_is_in_lambdas_segment(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a handler's span the function's segment is the parent."""
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    otel_xray.records(sample("s3")).process(lambda _: None)
    (span,) = recorded.spans

    assert span.parent is not None
    assert (TRACE_ID, SPAN_ID) == (span.parent.trace_id, span.parent.span_id)


@pytest.mark.parametrize(
    ("data_class", "event"),
    [(SQSEvent, "sqs"), (KinesisStreamEvent, "kinesis"), (KafkaEvent, "kafka"), (S3Event, "s3")],
)
def test_data_classes_of_powertools_are_events(
    recorded: Recording, data_class: Callable[[Any], Any], event: str
) -> None:
    """What its decorators pass to a handler instead of the event has the same records."""
    otel_xray.records(data_class(sample(event))).process(lambda _: None)
    wrapped = [attributes(span) for span in recorded.spans]
    recorded.spans.clear()
    otel_xray.records(sample(event)).process(lambda _: None)

    assert wrapped == [*map(attributes, recorded.spans)]
    assert wrapped


def test_records_cost_no_sdk_before_the_first() -> None:
    """Importing the names loads OpenTelemetry's API and nothing heavy."""
    api = loaded_by("import opentelemetry.trace, opentelemetry.context")

    assert set() == heavy(loaded_by("from otel_xray import records, record_handler") - api)


@pytest.mark.parametrize("event", [None, {}, [], "x", {"Records": 1}, {"Records": []}])
def test_any_other_event_has_no_records(event: object) -> None:
    """A handler written for a batch survives what is none."""
    batch = otel_xray.records(event, report_failures=True)

    assert 0 == len(batch)
    assert {"batchItemFailures": []} == batch.process(lambda _: None)


def test_a_defect_of_ours_keeps_no_record_from_its_handler(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A carrier that cannot be read costs the span, and one line in the log."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "read", broken)
    seen: list[str] = []
    otel_xray.records(sample("sqs")).process(lambda message: seen.append(message["messageId"]))

    assert [FIRST, SECOND, THIRD] == seen
    assert [] == recorded.spans
    assert 1 == len([one for one in caplog.records if one.levelname == "WARNING"])


def test_x_ray_shows_the_links_of_a_record(recorded: Recording) -> None:
    """A record's span is a segment in the handler's, since X-Ray shows links on segments only."""
    with otel_xray.Tracer().provider.in_segment("handler"):
        otel_xray.records(sample("sqs-single")).process(lambda _: None)
    record, handler = recorded.documents()

    assert "type" not in record
    assert handler["id"] == record["parent_id"]
    assert [("1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8")] == [
        (link["trace_id"], link["id"]) for link in record["links"]
    ]


@given(event=JSON | mutations())
def test_records_of_any_shape_are_handed_out_as_they_came(event: Any) -> None:
    """Whatever a record looks like, the handler gets it, once."""
    before = copy.deepcopy(event)
    attached = context.get_current()
    with recording() as recorded:
        batch = otel_xray.records(event)
        count = sum(1 for record in batch if not _failed(record))

    assert before == event or event != event  # noqa: PLR0124  NaN is not itself
    assert len(batch) == count == len(recorded.spans)
    assert context.get_current() == attached


def _failed(record: Any) -> bool:
    with record:
        return False


# --- handlers of single records, for Powertools -------------------------------------------------


@pytest.mark.parametrize(
    ("event", "kind", "failing"),
    [
        ("sqs", EventType.SQS, SECOND),
        ("kinesis", EventType.KinesisDataStreams, "49545115230857002"),
        ("dynamodb_streams", EventType.DynamoDBStreams, "222"),
    ],
)
def test_powertools_batch_processor_gets_spans(
    recorded: Recording, event: str, kind: EventType, failing: str
) -> None:
    """A decorated record handler has a span for each record; Powertools reports the failures."""
    original = sample(event)

    @otel_xray.record_handler
    def store(record: Any) -> str:
        """Store it."""
        if f"'{failing}'" in str(record.raw_event):
            raise ValueError(failing)
        return "stored"

    answer: Any = process_partial_response(
        event=original,
        record_handler=store,
        processor=BatchProcessor(event_type=kind),
        context=None,
    )

    assert "Store it." == store.__doc__
    assert [failing] == [item["itemIdentifier"] for item in answer["batchItemFailures"]]
    assert 3 == len(recorded.spans)
    assert [TRACE_ID] == linked(recorded.spans[0])
    assert ["ValueError"] == [
        attributes(span)["error.type"]
        for span in recorded.spans
        if span.status.status_code is StatusCode.ERROR
    ]


def test_powertools_asynchronous_processor_gets_spans(recorded: Recording) -> None:
    """A coroutine function stays one; records that are awaited together keep their own spans."""
    current: dict[str, int] = {}

    @otel_xray.record_handler
    async def store(record: Any) -> None:
        await asyncio.sleep(0)
        current[record.message_id] = trace.get_current_span().get_span_context().span_id

    async_process_partial_response(
        event=sample("sqs"),
        record_handler=store,
        processor=AsyncBatchProcessor(event_type=EventType.SQS),
        context=None,
    )

    assert {
        attributes(span)["messaging.message.id"]: span.context.span_id for span in recorded.spans
    } == current


@pytest.mark.parametrize("record", [None, 5, {"body": "x"}, object()])
def test_a_record_that_nobody_knows_has_a_span(recorded: Recording, record: object) -> None:
    """Of another library's making, say: the function runs, and its span has no links."""
    assert record is otel_xray.record_handler(lambda one: one)(record)
    (span,) = recorded.spans
    assert ("process", []) == (span.name, linked(span))


def test_a_record_of_kafka_is_known_by_itself(recorded: Recording) -> None:
    """It does not name its source, but its topic."""
    (record, *_) = sample("kafka")["records"]["clicks-0"]
    otel_xray.record_handler(lambda _: None)(record)

    assert ("clicks process", [TRACE_ID]) == (recorded.spans[0].name, linked(recorded.spans[0]))
