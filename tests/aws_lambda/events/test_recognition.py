"""Events of any shape, and callers that the client context names."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from awslambdaric.lambda_context import LambdaContext
from hypothesis import given

from otel_xray.aws_lambda.events import SOURCES, Trigger, answered, recognise
from otel_xray.carriers import http
from tests.aws_lambda.events.sampling import SPAN_ID, TRACE_ID, sample
from tests.aws_lambda.events.strategies import JSON, mutations

CALLER = {"traceparent": "00-5759e988cccccccccccccccccccccccc-aaaaaaaaaaaaaaaa-01"}
KEYS = {source.name for source in SOURCES}


def check(trigger: Trigger) -> None:
    """Assert that a trigger can be recorded as it is."""
    assert trigger.source in KEYS
    assert trigger.name is None or isinstance(trigger.name, str)
    assert all(isinstance(key, str) for key in trigger.attributes)
    assert all(isinstance(one, str | int | float) for one in trigger.attributes.values())
    assert len(trigger.links) <= 20
    assert all(link.context.is_valid for link in trigger.links)
    assert trigger.w3c is None or trigger.w3c.is_valid


class Listener(logging.Handler):
    """Remembers what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep *record*."""
        self.records.append(record)


@contextmanager
def listening() -> Iterator[list[logging.LogRecord]]:
    """Give what is logged in the block; pytest's own fixture lives as long as all examples."""
    listener = Listener()
    logger = logging.getLogger("otel_xray")
    logger.addHandler(listener)
    try:
        yield listener.records
    finally:
        logger.removeHandler(listener)


@given(event=JSON | mutations(), context=JSON, response=JSON)
def test_any_event_and_any_answer_are_described_without_a_word(
    event: Any, context: Any, response: Any
) -> None:
    """Whatever comes, nothing is raised, nothing is logged, and attributes are attributes."""
    with listening() as records:
        trigger = recognise(event, context)
        answer = answered(trigger, response)
    check(trigger)
    assert all(isinstance(one, str | int | list) for one in answer.attributes.values())
    assert [] == records


@pytest.mark.parametrize(
    "event", [None, 0, "text", b"bytes", [], [1], [[]], {}, {"Records": []}, object()]
)
def test_what_no_service_sends_is_an_invocation(event: object) -> None:
    """An event that nobody knows is that of a plain invocation."""
    assert ("direct", "other", None) == (
        recognise(event).source,
        recognise(event).kind,
        recognise(event).name,
    )


def test_lists_of_other_events_are_no_batch() -> None:
    """Only AppSync sends lists; another list is what a caller of `Invoke` made of it."""
    assert "direct" == recognise([sample("sqs")]).source


def test_the_caller_of_an_invocation_is_in_the_client_context() -> None:
    """In the real runtime's context object, as its own W3C fields or a caller's in `custom`."""
    for client in ({"w3c": CALLER}, {"custom": CALLER}):
        trigger = recognise({"orderId": "1"}, LambdaContext("id", dict(client), None, 0))

        assert trigger.w3c is not None
        assert 0xAAAAAAAAAAAAAAAA == trigger.w3c.span_id
        assert () == trigger.links


def test_two_callers_are_a_caller_and_a_link() -> None:
    """Lambda's own comes before that in the event, which is not lost."""
    trigger = recognise(sample("eventbridge"), {"custom": CALLER})

    assert trigger.w3c is not None
    assert 0xAAAAAAAAAAAAAAAA == trigger.w3c.span_id
    assert [(TRACE_ID, SPAN_ID)] == [
        (link.context.trace_id, link.context.span_id) for link in trigger.links
    ]


def test_a_caller_that_both_name_is_no_link() -> None:
    """The same span is named once."""
    fields = sample("eventbridge")["detail"]["_otel"]

    assert () == recognise(sample("eventbridge"), {"custom": fields}).links


def test_a_tracing_header_in_the_client_context_counts() -> None:
    """OpenTelemetry's propagators of other languages write theirs there."""
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    trigger = recognise({}, {"custom": {"X-Amzn-Trace-Id": header}})

    assert trigger.xray is not None
    assert SPAN_ID == trigger.xray.parent


def test_a_defect_of_ours_is_no_trouble_of_the_handler(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A reader that fails leaves an event that nobody knows, and one line in the log."""

    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(http, "read", broken)

    assert "direct" == recognise(sample("api_gateway_rest")).source
    assert 1 == len(caplog.records)


def test_a_function_loads_what_its_own_trigger_needs() -> None:
    """Neither carriers and readers of other services nor anything heavy, and no JSON parser."""
    program = """
import sys
import opentelemetry.trace
before = set(sys.modules)
from otel_xray.aws_lambda import events
events.recognise({"requestContext": {"http": {"method": "GET"}}, "headers": {}})
print(*sorted(set(sys.modules) - before))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    loaded = set(done.stdout.split())

    foreign = {name.partition(".")[0] for name in loaded} - {"otel_xray"}
    assert set() == foreign & {
        "json",
        "boto3",
        "botocore",
        "asyncio",
        "http",
        "importlib",
        "base64",
    }
    assert {"http", "carried", "values", "w3c"} == {
        name.rpartition(".")[2] for name in loaded if name.startswith("otel_xray.carriers.")
    }
    assert not [name for name in loaded if name.startswith("opentelemetry.sdk")]
    assert {
        "otel_xray.aws_lambda.events.batches",
        "otel_xray.aws_lambda.events.notices",
    }.isdisjoint(loaded)
