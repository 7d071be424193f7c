"""Calls that the application does not want to be traced."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest
import requests
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

import otel_xray
from otel_xray import instrument
from tests.instrument.conftest import MakeClient
from tests.instrument.making import TABLE, spans
from tests.instrument.servers import Server

pytestmark = pytest.mark.slow

MINE = "mine"


@pytest.fixture(autouse=True)
def installed() -> None:
    """Trace everything."""
    instrument.install()


def test_nothing_inside_is_traced_and_everything_after_is(
    server: Server, client: MakeClient, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Neither a span nor a tracing header; the block's own spans are recorded as ever."""
    made = client()
    with tracer.start_as_current_span("work"):
        with otel_xray.suppress(), tracer.start_as_current_span("inner"):
            made.get_item(**TABLE)
            requests.get(server.url, timeout=5)
        made.get_item(**TABLE)
        requests.get(server.url, timeout=5)

    assert ["DynamoDB.GetItem", "GET"] == [span.name for span in spans(exporter)]
    assert "inner" in [span.name for span in exporter.get_finished_spans()]
    assert [0, 0, 1, 1] == [len(request.all("X-Amzn-Trace-Id")) for request in server.requests]


def test_it_ends_with_an_exception(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """A block that raises suppresses nothing afterwards."""
    with tracer.start_as_current_span("work"):
        with pytest.raises(ValueError, match="mine"), otel_xray.suppress():
            raise ValueError(MINE)
        requests.get(server.url, timeout=5)

    assert 1 == len(spans(exporter))


def test_it_holds_in_threads_and_tasks_of_its_context(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Threads that run in a copy of the context, asyncio's among them, and tasks obey."""

    def get() -> None:
        requests.get(server.url, timeout=5)

    async def work() -> None:
        with otel_xray.suppress():
            task = asyncio.create_task(asyncio.to_thread(get))
        await task
        await asyncio.to_thread(get)

    with tracer.start_as_current_span("work"):
        with otel_xray.suppress():
            thread = threading.Thread(target=contextvars.copy_context().run, args=(get,))
        thread.start()
        thread.join()
        asyncio.run(work())

    assert 3 == len(server.requests)
    assert 1 == len(spans(exporter))


def test_it_decorates_functions(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """Each call of the function is one block."""

    @otel_xray.suppress()
    def get() -> None:
        requests.get(server.url, timeout=5)

    with tracer.start_as_current_span("work"):
        get()
        get()

    assert [] == spans(exporter)
