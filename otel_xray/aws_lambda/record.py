"""The span around the processing of one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import Token
from types import TracebackType
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanKind, Status, StatusCode

import otel_xray.startup  # noqa: F401  # pyright: ignore[reportUnusedImport]  it starts the recording
from otel_xray.api import source
from otel_xray.aws_lambda.events.batches import PROCESS, Batch
from otel_xray.carriers import services
from otel_xray.carriers.carried import NOTHING, Carried
from otel_xray.instrument.shield import Shield
from otel_xray.mapping import exceptions
from otel_xray.model import keys
from otel_xray.spans import faults
from otel_xray.spans.parent import function_segment

SCOPE = "otel_xray.aws_lambda.records"

_shield = Shield("tracing a record")


class Block:
    """A block in which a record's span is current."""

    __slots__ = ("_batch", "_data", "_parent", "_span", "_token")

    def __init__(
        self, batch: Batch | None, data: Mapping[str, Any], *, parent: bool = False
    ) -> None:
        self._batch = batch
        self._data = data
        self._parent = parent
        self._span: Span | None = None
        self._token: Token[Context] | None = None

    def __enter__(self) -> Span:
        with _shield:
            self._span = self._started()
            self._token = otel_context.attach(trace.set_span_in_context(self._span))
        return self._span or trace.INVALID_SPAN

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            otel_context.detach(self._token)
        with _shield:
            if self._span is not None:
                _end(self._span, error)

    def _started(self) -> Span:
        carried = services.read(self._batch.carrier, self._data) if self._batch else NOTHING
        context, links = self._place(carried)
        return source.tracer(SCOPE).start_span(
            self._batch.name(self._data) if self._batch else PROCESS,
            context,
            kind=SpanKind.CONSUMER,
            attributes=self._batch.describe(self._data) if self._batch else None,
            links=links,
        )

    def _place(self, carried: Carried) -> tuple[Context, list[Link]]:
        """Return the context of the span's parent, and the links."""
        context = otel_context.get_current()
        around = trace.get_current_span(context).get_span_context()
        sender = next(iter(carried.contexts), None)
        if self._parent and sender is not None:
            links = [Link(around)] if around.is_valid else []
            return trace.set_span_in_context(NonRecordingSpan(sender), context), links
        segment = None if around.is_valid else function_segment()
        if segment is not None:
            context = trace.set_span_in_context(NonRecordingSpan(segment), context)
        return context, list(carried.links)


class Record:
    """
    A record, as a block that hands out what Lambda delivered.

    Attributes:
        data: the record as Lambda delivered it.
    """

    __slots__ = ("_block", "_failed", "data")

    def __init__(
        self, data: Mapping[str, Any], block: Block, failed: Callable[[Mapping[str, Any]], bool]
    ) -> None:
        self.data = data
        self._block = block
        self._failed = failed

    def __enter__(self) -> Mapping[str, Any]:
        self._block.__enter__()
        return self.data

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """End the span; keep what was raised if Lambda will be told of it."""
        self._block.__exit__(kind, error, traceback)
        return isinstance(error, Exception) and self._failed(self.data)


def _end(span: Span, error: BaseException | None) -> None:
    if isinstance(error, Exception):
        span.add_event(keys.EXCEPTION_EVENT, faults.event(error, remote=False))
        span.set_attribute(keys.ERROR_TYPE, exceptions.type_name(error))
        span.set_status(Status(StatusCode.ERROR, exceptions.summary(error)))
    span.end()
