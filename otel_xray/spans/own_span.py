"""
Spans for our own calls: the SDK's in everything that can be seen, at a third of its cost.

Most of what the SDK does for a span is for the case that somebody else made it: each attribute is
cleaned, the sampler is asked about what its parent has decided already, everything is copied at the
end. What this package records about a call is clean, and inside a span that is sampled. Whatever
is unusual (a root, limits, another sampler) the SDK does itself; see `otel_xray.spans.starting`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from opentelemetry import trace
from opentelemetry.attributes import BoundedAttributes
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Event, ReadableSpan, Tracer
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.util.types import Attributes, AttributeValue

from otel_xray.model import keys
from otel_xray.spans import faults

_PLAIN = frozenset({str, bool, int, float})
_UNSET = Status(StatusCode.UNSET)


class OwnSpan(ReadableSpan, trace.Span):
    """A span inside a sampled one."""

    # What the SDK's class keeps for all spans alike.
    _instrumentation_info = None
    _status: Status = _UNSET
    _end_time: int | None = None
    _events: Sequence[Event] = ()
    _links: Sequence[Link] = ()
    _is_bounded = False

    # Not the SDK's own __init__: it would look at everything once more.
    def __init__(
        self,
        tracer: Any,
        name: str,
        parent: SpanContext,
        context: Context | None,
        kind: SpanKind,
        attributes: Mapping[str, AttributeValue] | None,
        start_time: int | None,
    ) -> None:
        """
        Start.

        Args:
            tracer: knows the resource, the limits and the processors.
            name: of the span.
            parent: ids of the span around it, which is sampled.
            context: where that is current; None: it is so now.
            kind: of the span.
            attributes: clean ones.
            start_time: nanoseconds since the epoch; now by default.
        """
        self._name = name
        self._parent = parent
        self._context = SpanContext(
            parent.trace_id,
            tracer.id_generator.generate_span_id(),
            is_remote=False,
            trace_flags=parent.trace_flags,
            trace_state=parent.trace_state,
        )
        self._kind = kind
        self._attributes: MutableMapping[str, Any] = _frozen(attributes) if attributes else {}
        self._resource = tracer.resource
        self._instrumentation_scope = tracer._instrumentation_scope  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # it has no other name
        self._processor = tracer.span_processor
        self._start_time = start_time or time.time_ns()
        span: Any = self  # the SDK's own kind of span, as far as processors use it
        self._processor.on_start(span, parent_context=context)

    def get_span_context(self) -> SpanContext:
        """Return the ids."""
        context: Any = self._context
        return context  # type: ignore[no-any-return]  # it always has one

    def is_recording(self) -> bool:
        """Say whether the span is open."""
        return self._end_time is None

    def add_clean(self, attributes: Mapping[str, AttributeValue]) -> None:
        """Add attributes that are clean, as the span was started with."""
        if self._end_time is None:
            self._attributes.update(_frozen(attributes))

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        """Add an attribute."""
        self.set_attributes({key: value})

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        """Add attributes, cleaned and limited as the SDK does it."""
        if self._end_time is not None:
            return
        if not self._is_bounded:
            clean = all(type(value) in _PLAIN and key for key, value in attributes.items())
            if not clean or len(self._attributes) + len(attributes) > _MOST:
                self._attributes = BoundedAttributes(_MOST, {**self._attributes}, immutable=False)
                self._is_bounded = True
        self._attributes.update(attributes)

    def add_event(
        self, name: str, attributes: Attributes = None, timestamp: int | None = None
    ) -> None:
        """Add an event."""
        if self._end_time is None:
            bounded = BoundedAttributes(_MOST, attributes)
            self._events = (*self._events, Event(name, bounded, timestamp))[-_MOST:]

    def add_link(self, context: SpanContext, attributes: Attributes = None) -> None:
        """Add a link."""
        if self._end_time is None and (context.is_valid or attributes):
            link = Link(context, BoundedAttributes(_MOST, attributes))
            self._links = (*self._links, link)[-_MOST:]

    def update_name(self, name: str) -> None:
        """Change the name."""
        if self._end_time is None:
            self._name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        """Set the status; OK is final."""
        given = status if isinstance(status, Status) else Status(status, description)
        final = self._status.status_code is StatusCode.OK
        if self._end_time is None and not final and not given.is_unset:
            self._status = given

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
        """End; a second time, nothing happens."""
        if self._end_time is None:
            self._end_time = time.time_ns() if end_time is None else end_time
            self._processor.on_end(self)


def _frozen(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return *attributes*; a list is the caller's, who may change it."""
    found = dict(attributes)
    for key, value in found.items():
        if type(value) is list:
            found[key] = (*value,)
    return found


def is_usual(tracer: Any) -> bool:
    """Say whether the SDK would do nothing else for a span of its *tracer* in a sampled one."""
    limits: dict[str, int | None] = vars(getattr(tracer, "_span_limits", None) or _Unknown())
    usual = {name: None if name.endswith("_length") else _MOST for name in limits}
    return type(tracer) is Tracer and limits == usual != {} and _follows_parent(tracer.sampler)


def _follows_parent(sampler: Any) -> bool:
    """Say whether *sampler* always records what is inside a sampled span."""
    delegates = ("_local_parent_sampled", "_remote_parent_sampled")
    return getattr(sampler, "follows_parent", False) or (
        type(sampler) is ParentBased
        and all(getattr(sampler, delegate, None) is ALWAYS_ON for delegate in delegates)
    )


class _Unknown:
    """What an SDK has that keeps its limits elsewhere."""


_MOST = 128  # of attributes, events and links: the SDK's default
