"""One test span, sent where the settings say, by the exporters that they say."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import SpanKind

from otel_xray import settings as environment
from otel_xray.errors import ConfigurationError
from otel_xray.exporters import choice
from otel_xray.setting_values import ExporterKind
from otel_xray.settings import Settings
from otel_xray.spans import id_generator
from otel_xray.spans.resource import detect

NAME = "otel-xray doctor"

_UNANSWERED = frozenset({ExporterKind.XRAY})  # UDP


class Sent(NamedTuple):
    """
    What became of the test span.

    Attributes:
        exporter: who sent it.
        accepted: the other side took it; None: it does not say.
        trace_id: of the span, 32 hexadecimal digits.
        said: what the exporter said about it; empty for nothing.
    """

    exporter: ExporterKind
    accepted: bool | None
    trace_id: str
    said: str


def send(settings: Settings) -> list[Sent]:
    """Send one span by each exporter."""
    kinds = [kind for kind in settings.exporters if kind in choice.EXPORTERS]
    return [_send(kind, settings) for kind in kinds]


def _send(kind: ExporterKind, settings: Settings) -> Sent:
    try:
        witness = _Witness(choice.make(kind, settings))
    except ConfigurationError as error:
        return Sent(kind, False, "", str(error))
    provider = TracerProvider(
        sampler=ALWAYS_ON,
        resource=detect(environment.environment(), settings.service_name),
        id_generator=id_generator.by_name(settings.id_generator),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(SimpleSpanProcessor(witness))
    with _words() as words:
        span = provider.get_tracer("otel_xray").start_span(NAME, kind=SpanKind.SERVER)
        span.end()
        provider.shutdown()
    accepted = None if witness.accepted and kind in _UNANSWERED else witness.accepted
    trace_id = f"{span.get_span_context().trace_id:032x}"
    return Sent(kind, accepted, trace_id, " ".join(words))


class _Witness(SpanExporter):
    """Passes spans on, and remembers what became of them."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self.accepted = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send *spans*."""
        result = self._exporter.export(spans)
        self.accepted = result is SpanExportResult.SUCCESS
        return result

    def shutdown(self) -> None:
        """Let go of what the exporter holds."""
        self._exporter.shutdown()


@contextmanager
def _words() -> Generator[list[str]]:
    """Collect what is logged about exporting, instead of showing it."""
    words: list[str] = []
    logger = logging.getLogger()
    listener = _Listener(words)
    earlier = logger.handlers[:]
    logger.handlers[:] = [listener]
    try:
        yield words
    finally:
        logger.handlers[:] = earlier


class _Listener(logging.Handler):
    def __init__(self, words: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._words = words

    def emit(self, record: logging.LogRecord) -> None:
        self._words.append(record.getMessage())
