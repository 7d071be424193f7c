"""Fixtures: finished spans, a server, AWS clients, and no instrumentation left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from opentelemetry import context, trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from otel_xray import instrument
from tests.instrument.servers import Server, running

Spans = Callable[[], "dict[str, ReadableSpan]"]
MakeClient = Callable[..., Any]


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Record with a real SDK; at the end the current context must be as it was."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # OpenTelemetry lets a process set its provider once; tests need one each.
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    before = context.get_current()
    yield exporter
    assert context.get_current() == before, "a context was left attached"
    provider.shutdown()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter) -> Tracer:
    """Return the tracer of the application under test."""
    return trace.get_tracer("application")


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve HTTP on loopback."""
    with running() as server:
        yield server


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> MakeClient:
    """Return a maker of AWS clients that talk to the server, and retry at once."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)

    def make(service: str = "dynamodb", url: str = server.url, **options: Any) -> Any:
        config = Config(retries={"mode": "standard", "total_max_attempts": 3}, **options)
        session: Any = boto3.session.Session()  # the stubs know services one by one
        return session.client(service, region_name="eu-west-1", endpoint_url=url, config=config)

    return make


@pytest.fixture(autouse=True)
def nothing_installed() -> Iterator[None]:
    """Leave no instrumentation behind."""
    yield
    instrument.uninstall()
