"""
Seeing in a test what an application records.

::

    with recording() as recorded:
        place_order("71032")
    assert recorded.span("Handler").attributes["orderId"] == "42"

Nothing is sent while the block runs. As a pytest fixture::

    @pytest.fixture
    def recorded():
        with otel_xray.testing.recording() as recorded:
            yield recorded
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from opentelemetry import context
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from otel_xray import pipeline, startup
from otel_xray.errors import ConfigurationError
from otel_xray.model.document import Document
from otel_xray.segments.encode import to_documents
from otel_xray.spans.readable import to_span_data


@dataclass(slots=True)
class Recording(SpanProcessor):
    """
    What was recorded.

    Attributes:
        spans: the spans that have ended, in that order.
    """

    spans: list[ReadableSpan] = field(default_factory=list[ReadableSpan])

    def on_end(self, span: ReadableSpan) -> None:
        """Keep *span*."""
        self.spans.append(span)

    def span(self, name: str) -> ReadableSpan:
        """
        Return the one span called *name*.

        Raises:
            AssertionError: there is none, or there are several; the names that there are follow.
        """
        found = [span for span in self.spans if span.name == name]
        if len(found) != 1:
            names = ", ".join(span.name for span in self.spans) or "nothing"
            msg = f"There are {len(found)} spans named {name!r}; recorded: {names}."
            raise AssertionError(msg)
        return found[0]

    def documents(self) -> list[Document]:
        """Return the segment documents that the spans stand for."""
        return [doc for span in self.spans for doc in to_documents(to_span_data(span))]


@contextmanager
def recording() -> Generator[Recording, None, None]:
    """
    Collect what is recorded inside the block, by X-Ray calls and OpenTelemetry's alike.

    The block starts without a current segment, whatever an earlier test left open.

    Raises:
        ConfigurationError: the application has set up a tracer provider of its own, or the
            environment switches tracing off.
    """
    if pipeline.running() is None:
        startup.configure(exporters="none")
    running = pipeline.running()
    if running is None:
        msg = "Nothing can be recorded here: tracing is off, or another tracer provider is set."
        raise ConfigurationError(msg)
    recorded = Recording()
    token = context.attach(Context())
    try:
        with running.lend(recorded):
            yield recorded
    finally:
        context.detach(token)
