"""
Segments and subsegments: thin handles over a span.

What X-Ray code puts on an entity is written to its span, at the latest when the entity closes:
annotations at once; the list of annotation keys and the metadata (one attribute a namespace) when
the entity closes, or at once on a span that somebody else will end. Nothing is kept that the span
does not get.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Span, StatusCode

from otel_xray.api.pending import Pending
from otel_xray.api.source import tracer
from otel_xray.mapping import exceptions, http, kinds
from otel_xray.model import ids, keys, limits
from otel_xray.model.span import Kind
from otel_xray.model.status import FAULTS
from otel_xray.spans import faults, starting
from otel_xray.spans.wanted import WantedIds

_log = logging.getLogger(__name__)

_NANOSECONDS = 1_000_000_000
_KINDS = {Kind[kind.name]: kind for kind in trace.SpanKind}


class Entity:
    """
    A segment or subsegment.

    Attributes:
        span: the OpenTelemetry span that records it; use it freely beside this handle.
        name: as X-Ray shows it.
        parent: the entity around it; None for the outermost of this process.
        owned: closing the entity ends its span.
    """

    def __init__(
        self, span: Span, name: str, parent: Entity | None = None, *, owned: bool = True
    ) -> None:
        """
        Handle *span*.

        Args:
            span: what records the entity.
            name: as X-Ray shows it.
            parent: the entity around it.
            owned: closing the entity ends the span; False for a span that others end.
        """
        self.span = span
        self.name = name
        self.parent = parent
        self.owned = owned
        self._closed = False
        self._pending = Pending()

    # --- identity -----------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The segment id: 16 hexadecimal digits."""
        return ids.to_hex(self.span.get_span_context().span_id)

    @property
    def trace_id(self) -> str:
        """The trace id in X-Ray's spelling."""
        return ids.to_xray(self.span.get_span_context().trace_id)

    @property
    def sampled(self) -> bool:
        """Whether the entity will be sent."""
        return self.span.get_span_context().trace_flags.sampled

    @property
    def in_progress(self) -> bool:
        """Whether the entity is still open; whether its span is, if others end that."""
        return not self._closed if self.owned else getattr(self.span, "end_time", None) is None

    @property
    def segment(self) -> Entity:
        """The outermost entity around this one."""
        entity = self
        while entity.parent is not None:
            entity = entity.parent
        return entity

    # --- what X-Ray records -------------------------------------------------------------------

    def put_annotation(self, key: str, value: str | float | bool) -> None:
        """
        Record an annotation: indexed, searchable.

        Args:
            key: ASCII letters, digits and underscores.
            value: a string, a number or a boolean. Other keys and values are dropped with a
                warning, as the X-Ray SDK does.
        """
        if not limits.is_annotation_key(key):
            _log.warning("Annotation key %r dropped: use letters, digits and underscores.", key)
        elif not limits.is_annotation_value(value):
            _log.warning(
                "Annotation %s dropped: %s is no string, number or boolean.",
                key,
                type(value).__name__,
            )
        elif self._writable("annotation"):
            self.span.set_attribute(key, value)
            self._pending.annotate(key)
            self._write_through()

    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> None:
        """
        Record metadata: shown, not searchable.

        Args:
            key: any text.
            value: anything; what JSON has no form for becomes the nearest that it has.
            namespace: groups metadata; those starting with ``AWS.`` are reserved.
        """
        if not limits.is_namespace(namespace):
            _log.warning("Metadata %r dropped: the namespace %r is not usable.", key, namespace)
        elif self._writable("metadata"):
            self._pending.put(namespace, key, value)
            self._write_through()

    def put_http_meta(self, key: str, value: Any) -> None:
        """
        Record an entry of the http block.

        Args:
            key: url, method, user_agent, client_ip, x_forwarded_for, status or content_length.
            value: the status also decides fault, error and throttle.
        """
        entry = http.meta(key, value)
        if entry is None:
            _log.warning("HTTP entry %s=%r dropped: X-Ray has no such entry.", key, value)
        elif self._writable("http"):
            self.span.set_attribute(*entry)
            if entry[0] == keys.HTTP_STATUS and entry[1] in FAULTS:
                self.span.set_status(StatusCode.ERROR)

    def set_user(self, user: str) -> None:
        """Record the user on whose behalf the request is made."""
        if self._writable("user"):
            self.span.set_attribute(keys.USER, user)

    def add_exception(
        self, exception: BaseException, stack: object = None, remote: bool = False
    ) -> None:
        """
        Record *exception* and mark the entity as faulty.

        Args:
            exception: recorded in full by the first entity that sees it, by reference after.
            stack: accepted for X-Ray's sake; the exception carries its own traceback.
            remote: it happened on the other side of a call.
        """
        del stack
        if self._writable("exception"):
            self.span.add_event(keys.EXCEPTION_EVENT, faults.event(exception, remote=remote))
            self.span.set_attribute(keys.FAULT, True)
            self.span.set_status(StatusCode.ERROR, exceptions.summary(exception))

    def add_fault_flag(self) -> None:
        """Mark a failure of the service itself (5xx)."""
        if self._writable("fault flag"):
            self.span.set_attribute(keys.FAULT, True)
            self.span.set_status(StatusCode.ERROR)

    def add_error_flag(self) -> None:
        """Mark a failure of the caller (4xx)."""
        if self._writable("error flag"):
            self.span.set_attribute(keys.ERROR, True)

    def add_throttle_flag(self) -> None:
        """Mark that the request was throttled (429), which is an error too."""
        if self._writable("throttle flag"):
            self.span.set_attributes({keys.THROTTLE: True, keys.ERROR: True})

    # --- life ---------------------------------------------------------------------------------

    def add_new_subsegment(self, name: str, namespace: str = kinds.LOCAL) -> Subsegment:
        """
        Open a subsegment of this entity without making it the current one.

        Args:
            name: of the subsegment.
            namespace: ``local``, ``remote`` or ``aws``.
        """
        return Subsegment.open(name, namespace, self)

    def close(self, end_time: float | None = None) -> None:
        """
        End the entity; a second time, or on a span of somebody else, nothing happens.

        Args:
            end_time: seconds since the epoch; now by default.
        """
        if self._closed or not self.owned:
            return
        self._pending.write(self.span)
        self._closed = True
        self.span.end(int(end_time * _NANOSECONDS) if end_time else None)

    # --- writing ------------------------------------------------------------------------------

    def _writable(self, what: str) -> bool:
        if self._closed:
            _log.warning("%s of %s dropped: it has already ended.", what.capitalize(), self.name)
        return not self._closed and self.span.is_recording()

    def _write_through(self) -> None:
        if not self.owned:
            self._pending.write(self.span)


class Segment(Entity):
    """The work of one service for one request."""

    @classmethod
    def start(
        cls,
        name: str,
        kind: Kind,
        attributes: Mapping[str, str],
        start_in: Context,
        root: ids.TraceId | None,
    ) -> Segment:
        """
        Start a segment.

        Args:
            name: of the service, fit for X-Ray.
            kind: of the span.
            attributes: of the span.
            start_in: holds the parent span, if there is one.
            root: the trace that a segment without a parent belongs to; a new one if None.
        """
        return cls(_start(name, kind, attributes, start_in, root), name)


class Subsegment(Entity):
    """A part of a segment: a call to another service, or a piece of work worth a name."""

    @classmethod
    def open(
        cls, name: str, namespace: str, parent: Entity | None, root: ids.TraceId | None = None
    ) -> Subsegment:
        """
        Start a subsegment, named *name* without what X-Ray refuses.

        Args:
            name: of the subsegment.
            namespace: ``local``, ``remote`` or ``aws``.
            parent: the entity around it; None in a trace that was passed through.
            root: that trace.
        """
        usable = limits.name(name)
        around = parent.span if parent is not None else INVALID_SPAN
        if root is None and not around.get_span_context().is_valid:
            return cls(INVALID_SPAN, usable, parent)
        kind, attributes = kinds.subsegment(usable, namespace)
        # Nothing to copy where the parent is current anyhow.
        start_in = None if trace.get_current_span() is around else trace.set_span_in_context(around)
        return cls(_start(usable, kind, attributes, start_in, root), usable, parent)


def _start(
    name: str,
    kind: Kind,
    attributes: Mapping[str, str],
    start_in: Context | None,
    root: ids.TraceId | None,
) -> Span:
    if root is None:
        return starting.start(tracer(), name, start_in, _KINDS[kind], attributes)
    with WantedIds(root):
        return tracer().start_span(name, start_in, kind=_KINDS[kind], attributes=attributes)
