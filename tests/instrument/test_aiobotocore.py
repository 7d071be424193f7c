"""AWS calls through aiobotocore."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import botocore.exceptions
import pytest
from aiobotocore.client import AioBaseClient
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, Tracer

import otel_xray
from otel_xray import instrument
from otel_xray.instrument.botocore import capture
from otel_xray.model import header
from tests.instrument.making import TABLE, attributes, only, refused, spans
from tests.instrument.servers import Answer, Server

pytestmark = pytest.mark.slow

Work = Callable[[Any], Awaitable[object]]


@asynccontextmanager
async def client(server: Server, service: str = "dynamodb") -> AsyncIterator[Any]:
    """Open a client."""
    config = AioConfig(retries={"mode": "standard", "total_max_attempts": 2})
    made = get_session().create_client(
        service,
        region_name="eu-west-1",
        endpoint_url=server.url,
        config=config,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    async with made as opened:
        yield opened


def run(server: Server, work: Work, service: str = "dynamodb") -> None:
    """Do *work* with a client in a loop of its own."""

    async def main() -> None:
        async with client(server, service) as opened:
            await work(opened)

    asyncio.run(main())


@pytest.fixture
def installed() -> None:
    """Instrument aiobotocore as a whole, by the name of what applications use."""
    instrument.install("aioboto3")


@pytest.mark.usefixtures("installed")
def test_a_call_is_the_span_that_botocore_makes(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Names, attributes and header are the same, whoever makes the call."""
    server.answers.append(Answer(headers={"x-amzn-RequestId": "R1"}))
    with tracer.start_as_current_span("segment") as segment:
        run(server, lambda opened: opened.get_item(**TABLE))

    span = only(exporter)
    assert "DynamoDB.GetItem" == span.name
    assert span.parent == segment.get_span_context()
    assert attributes(span) == {
        "rpc.system": "aws-api",
        "rpc.service": "DynamoDB",
        "rpc.method": "GetItem",
        "aws.region": "eu-west-1",
        "cloud.region": "eu-west-1",
        "aws.request_id": "R1",
        "aws.dynamodb.table_names": ("orders",),
        "db.system.name": "aws.dynamodb",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": server.port,
    }
    (text,) = server.trace_headers()
    assert span.context is not None
    assert span.context.span_id == header.parse(text).parent


@pytest.mark.usefixtures("installed")
def test_calls_at_once_stay_apart(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Each task's call hangs under the span of that task, and the context comes back."""

    async def work(opened: Any) -> None:
        async def one(name: str) -> None:
            with tracer.start_as_current_span(name) as around:
                await opened.get_item(**{**TABLE, "TableName": name})
                assert trace.get_current_span() is around

        await asyncio.gather(*(one(f"table-{index}") for index in range(10)))

    run(server, work)
    by_id = {span.context.span_id: span for span in exporter.get_finished_spans() if span.context}
    parents = [by_id[span.parent.span_id].name for span in spans(exporter) if span.parent]
    assert [
        name for span in spans(exporter) for name in attributes(span)["aws.dynamodb.table_names"]
    ] == parents
    assert 10 == len(set(server.trace_headers()))


@pytest.mark.usefixtures("installed")
def test_a_refusal_is_recorded(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """The exception is the application's, and retries are counted."""
    server.answers.extend([refused(500, "InternalServerError")] * 2)
    with tracer.start_as_current_span("segment"), pytest.raises(botocore.exceptions.ClientError):
        run(server, lambda opened: opened.get_item(**TABLE))

    span = only(exporter)
    assert StatusCode.ERROR is span.status.status_code
    assert 1 == attributes(span)["aws.xray.retries"]
    assert 500 == attributes(span)["http.response.status_code"]


@pytest.mark.usefixtures("installed")
def test_a_cancelled_call_ends(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """CancelledError ends the span, is recorded, and goes on."""

    async def work(opened: Any) -> None:
        sending = asyncio.Event()

        async def wait(**_: object) -> None:
            sending.set()
            await asyncio.Event().wait()

        opened.meta.events.register("before-send", wait)
        task = asyncio.create_task(opened.get_item(**TABLE))
        await sending.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with tracer.start_as_current_span("segment"):
        run(server, work)
    span = only(exporter)
    assert StatusCode.ERROR is span.status.status_code
    assert "asyncio.exceptions.CancelledError" == attributes(span)["error.type"]


def test_a_call_that_is_thrown_away_hurts_nobody(server: Server, tracer: Tracer) -> None:
    """A coroutine that was begun in another context can be closed in this one."""

    async def work(opened: Any) -> None:
        class Waiting(type(opened)):  # type: ignore[misc]  # a class that botocore makes
            async def _make_api_call(self, *_: object) -> None:
                await asyncio.sleep(0)

        opened.__class__ = Waiting
        call = capture(opened).get_item(**TABLE)
        contextvars.copy_context().run(call.send, None)
        call.close()

    with tracer.start_as_current_span("segment") as segment:
        run(server, work)
        assert trace.get_current_span() is segment


def test_a_captured_client_is_traced_alone(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Capturing takes asynchronous clients, once or twice, with and without an installation."""

    async def work(opened: Any) -> None:
        assert capture(capture(opened)) is opened
        await opened.get_item(**TABLE)
        instrument.install("aiobotocore")
        await opened.get_item(**TABLE)
        instrument.uninstall("aiobotocore")
        await opened.get_item(**TABLE)
        async with client(server) as other:
            await other.get_item(**TABLE)

    with tracer.start_as_current_span("segment"):
        run(server, work)
    assert 3 == len(spans(exporter))


def test_a_tracer_captures_asynchronous_clients(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """`Tracer.capture_aws_client` takes them, too."""

    async def work(opened: Any) -> None:
        made = otel_xray.Tracer(service="orders", auto_patch=False)
        await made.capture_aws_client(opened).get_item(**TABLE)

    with tracer.start_as_current_span("segment"):
        run(server, work)
    assert 1 == len(spans(exporter))


def test_it_can_be_taken_back() -> None:
    """Afterwards the class has its own method, which was a coroutine function throughout."""
    original = vars(AioBaseClient)["_make_api_call"]
    instrument.install("aiobotocore")
    assert asyncio.iscoroutinefunction(vars(AioBaseClient)["_make_api_call"])
    instrument.uninstall("aiobotocore")
    assert vars(AioBaseClient)["_make_api_call"] is original


@pytest.mark.usefixtures("installed")
def test_pages_are_calls(server: Server, exporter: InMemorySpanExporter, tracer: Tracer) -> None:
    """Each page of an asynchronous paginator is a span."""
    server.answers.append(Answer(body=b'{"TableNames": ["one"], "LastEvaluatedTableName": "one"}'))

    async def work(opened: Any) -> None:
        pages = [page async for page in opened.get_paginator("list_tables").paginate()]
        assert 2 == len(pages)

    with tracer.start_as_current_span("segment"):
        run(server, work)
    assert ["DynamoDB.ListTables"] * 2 == [span.name for span in spans(exporter)]


@pytest.mark.usefixtures("installed")
def test_a_body_that_cannot_be_read_is_a_span(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """As with botocore: the failure stands below the call that has ended well."""
    server.answers.append(Answer(body=b"part", missing=4))

    async def work(opened: Any) -> None:
        found = await opened.get_object(Bucket="b", Key="k")
        with pytest.raises(aiohttp.ClientPayloadError):
            await found["Body"].read()
        found["Body"].close()

    with tracer.start_as_current_span("segment"):
        run(server, work, "s3")
    call, body = spans(exporter)
    assert ("S3.GetObject", "S3.GetObject body") == (call.name, body.name)
    assert body.parent == call.context
    assert StatusCode.ERROR is body.status.status_code
