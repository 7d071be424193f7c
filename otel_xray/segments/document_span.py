"""
A span whose content is a segment document.

It is an OpenTelemetry span in every respect: OpenTelemetry's API reads and writes it while it is
open, processors and exporters take it like any other. But what X-Ray code records is a document
already, so nothing is translated until somebody asks for attributes; an exporter of segment
documents never does, and takes the document as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from opentelemetry import trace
from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk.trace import Event, ReadableSpan, Tracer
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.util.types import Attributes, AttributeValue

from otel_xray.errors import InvalidDocument
from otel_xray.mapping import metadata
from otel_xray.model import ids, keys, limits
from otel_xray.model.document import Document
from otel_xray.segments import members
from otel_xray.segments.decode import Statement, statement
from otel_xray.segments.identity import nanoseconds
from otel_xray.spans import faults

LANGUAGE = "python"
_NANOSECONDS = 1_000_000_000
_SCOPE = InstrumentationScope(members.SCOPE)


class Written(NamedTuple):
    """Ids as a document writes them."""

    id: str
    trace_id: str
    parent_id: str | None

    @classmethod
    def of(cls, context: SpanContext, parent: SpanContext | None) -> Written:
        """Return how the ids in *context* and *parent* are written."""
        around = ids.to_hex(parent.span_id) if parent is not None else None
        return cls(ids.to_hex(context.span_id), ids.to_xray(context.trace_id), around)


class DocumentSpan(ReadableSpan, trace.Span):
    """
    A span that records a segment or subsegment.

    Attributes:
        entity: what X-Ray code sees of it; anything.
        written: the ids as text.
    """

    entity: Any = None

    _instrumentation_info = None
    _instrumentation_scope = _SCOPE
    _ended: float | None = None
    _document: dict[str, Any] | None = None
    _statement: Statement | None = None
    _given: BoundedAttributes | None = None
    _given_events: tuple[Event, ...] = ()
    _given_links: tuple[Link, ...] = ()
    _given_status: Status | None = None

    # Not the SDK's own __init__: it would set what is worked out here when it is asked for.
    def __init__(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        kind: SpanKind,
        start: float,
        tracer: Tracer,
        written: Written | None = None,
    ) -> None:
        """
        Begin.

        Args:
            name: of the span.
            context: its ids.
            parent: ids of the span around it.
            kind: of the span.
            start: seconds since the epoch.
            tracer: knows the resource, and the processors, which are told.
            written: the ids as text, where they are at hand.
        """
        self._name = name
        self._ids = self._context = context
        self._parent = parent
        self._kind = kind
        self._began = start
        self.written = written or Written.of(context, parent)
        self._resource = tracer.resource
        self._processor = tracer.span_processor
        span: Any = self  # the SDK's own kind of span, as far as processors use it
        self._processor.on_start(span)

    # --- X-Ray's side -----------------------------------------------------------------------------

    def identify(self, context: SpanContext, parent: SpanContext | None, written: Written) -> None:
        """Take other ids: X-Ray code may change those of an entity that is open."""
        self._ids = self._context = context
        self._parent = parent
        self.written = written

    def close(self, document: dict[str, Any], end: float) -> None:
        """
        End with the content of *document*; a second time, nothing happens.

        Args:
            document: may hold anything that X-Ray code puts on an entity.
            end: seconds since the epoch.
        """
        if self._ended is None:
            self._document = document
            self._ended = end
            self._began = document["start_time"]
            self._name = document.get("name", "")
            self._processor.on_end(self)

    def segment_document(self) -> Document | None:
        """
        Return the document that the span is; None when it is more, or when it may have changed.

        Whoever has looked at the attributes may have changed them, so then they count.
        """
        if self._document is None or self._statement or self._is_extended():
            return None
        document: Any = self._document.copy()
        document["name"] = limits.name(self._name)
        document["id"], document["trace_id"], parent = self.written
        if parent is not None:
            document["parent_id"] = parent
        else:
            document.pop("parent_id", None)
            document.pop("type", None)
        return document  # type: ignore[no-any-return]  # X-Ray code's content, by construction

    # --- OpenTelemetry's API ----------------------------------------------------------------------

    def get_span_context(self) -> SpanContext:
        """Return the ids."""
        return self._ids

    def is_recording(self) -> bool:
        """Say whether the span is open."""
        return self._ended is None

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        """Add an attribute to the content of the document."""
        self.set_attributes({key: value})

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        """Add attributes to the content of the document."""
        if self._ended is None:
            if self._given is None:
                self._given = BoundedAttributes(immutable=False)
            self._given.update(attributes)

    def add_event(
        self, name: str, attributes: Attributes = None, timestamp: int | None = None
    ) -> None:
        """Add an event."""
        if self._ended is None:
            bounded = BoundedAttributes(attributes=attributes)
            self._given_events += (Event(name, bounded, timestamp),)

    def add_link(self, context: SpanContext, attributes: Attributes = None) -> None:
        """Add a link."""
        if self._ended is None:
            self._given_links += (Link(context, BoundedAttributes(attributes=attributes)),)

    def update_name(self, name: str) -> None:
        """Change the name, unless X-Ray code has another at the end."""
        if self._ended is None:
            self._name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        """Set the status; OK is final."""
        given = status if isinstance(status, Status) else Status(status, description)
        final = self._given_status is not None and self._given_status.is_ok
        if self._ended is None and not final and not given.is_unset:
            self._given_status = given

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        """Add the exception as an event."""
        del escaped
        recorded = {**faults.event(exception, remote=False), **(attributes or {})}
        self.add_event(keys.EXCEPTION_EVENT, recorded, timestamp)

    def end(self, end_time: int | None = None) -> None:
        """End without a document, as far as X-Ray code has not done so."""
        import time  # noqa: PLC0415  a clock: only OpenTelemetry's code asks for it here

        ended = end_time / _NANOSECONDS if end_time is not None else time.time()
        self.close({"name": self._name, "start_time": self._began, "end_time": ended}, ended)

    # --- what the SDK's accessors read ------------------------------------------------------------

    @property
    def _attributes(self) -> Any:  # type: ignore[override]  # the SDK keeps what is made here
        stated: dict[str, Any] = {**self._stated().attributes}
        if not self._given:
            return stated
        given: dict[str, Any] = {**self._given}
        if keys.ANNOTATIONS in stated and keys.ANNOTATIONS in given:  # either side lists its own
            listed = (*stated[keys.ANNOTATIONS], *given[keys.ANNOTATIONS])
            given[keys.ANNOTATIONS] = tuple(dict.fromkeys(listed))
        return {**stated, **given}

    @property
    def _events(self) -> Sequence[Event]:  # type: ignore[override]
        stated = [
            Event(one.name, cast("Attributes", one.attributes), one.time)
            for one in self._stated().events
        ]
        return [*stated, *self._given_events]

    @property
    def _links(self) -> Sequence[Link]:  # type: ignore[override]
        stated = [
            Link(
                SpanContext(one.trace_id, one.span_id, is_remote=True),
                cast("Attributes", one.attributes),
            )
            for one in self._stated().links
        ]
        return [*stated, *self._given_links]

    @property
    def _status(self) -> Status:  # type: ignore[override]
        if self._given_status is not None:
            return self._given_status
        return Status(StatusCode(self._stated().status.value))

    @property
    def _start_time(self) -> int:  # type: ignore[override]
        return nanoseconds(self._began)

    @property
    def _end_time(self) -> int | None:  # type: ignore[override]
        return None if self._ended is None else nanoseconds(self._ended)

    def _is_extended(self) -> bool:
        return bool(self._given or self._given_events or self._given_links or self._given_status)

    def _stated(self) -> Statement:
        if self._statement is None:
            found = content(self._document or {"name": self._name}, self._start_time)
            if self._ended is None:
                return found
            self._statement = found
        return self._statement


def content(document: Mapping[str, Any], start: int) -> Statement:
    """
    Return what *document* says, whatever X-Ray code has put into it.

    Args:
        document: what JSON has no form for is replaced by the nearest that it has.
        start: nanoseconds.
    """
    try:
        return statement(document, start, LANGUAGE)
    except (InvalidDocument, TypeError, ValueError):
        return statement(metadata.from_text(metadata.to_text(document)), start, LANGUAGE)
