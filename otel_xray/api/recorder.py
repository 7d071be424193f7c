"""`XRayRecorder`: the calls of X-Ray's ``xray_recorder``, recorded as spans."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, NonRecordingSpan, SpanContext

from otel_xray import instrument, settings
from otel_xray.api import context
from otel_xray.api.context import Place
from otel_xray.api.entities import Entity, Segment, Subsegment
from otel_xray.api.scope import Scope
from otel_xray.errors import ContextMissing, InvalidTraceId
from otel_xray.mapping import kinds
from otel_xray.model import ids, limits
from otel_xray.setting_values import ContextMissingStrategy
from otel_xray.spans.parent import remote

_log = logging.getLogger(__name__)

UNNAMED = "segment"
MISSING = "There is no current segment or subsegment"


class XRayRecorder:
    """
    Begins, ends and annotates segments and subsegments.

    Attributes:
        service: name of segments that are begun without one.
        context_missing: what a call without a segment does.
    """

    def __init__(
        self,
        service: str = "",
        context_missing: ContextMissingStrategy = ContextMissingStrategy.LOG_ERROR,
    ) -> None:
        self.service = service
        self.context_missing = context_missing

    # --- segments -----------------------------------------------------------------------------

    def begin_segment(
        self,
        name: str | None = None,
        traceid: str | None = None,
        parent_id: str | None = None,
        sampling: bool | int | str | None = None,
    ) -> Segment:
        """
        Begin a segment and make it current.

        It continues the trace that *traceid* names; else it is part of the span that
        OpenTelemetry's API made current, if there is one; else it begins a new trace.

        Args:
            name: of the service; the recorder's by default.
            traceid: trace id of the request, in either spelling.
            parent_id: segment id of the caller, 16 hexadecimal digits.
            sampling: the caller's decision: false records nothing; None leaves it to the sampler.
        """
        usable = limits.name(name or self.service or UNNAMED)
        place = context.here()
        origin = _origin(place, _parse(traceid), parent_id)
        if (sampling is not None and not sampling) or origin.sampled is False:
            segment = Segment(NonRecordingSpan(_unsampled(origin.root)), usable)
        else:
            kind, attributes = kinds.segment(usable)
            segment = Segment.start(usable, kind, attributes, origin.context, origin.root)
        context.enter(segment, place)
        return segment

    def end_segment(self, end_time: float | None = None) -> None:
        """End the current segment, also when a subsegment of it is still open."""
        entity = self.get_trace_entity()
        if entity is not None:
            self._end(entity.segment, end_time)

    def current_segment(self) -> Entity | None:
        """Return the outermost entity around the current one."""
        entity = self.get_trace_entity()
        return entity.segment if entity else None

    def in_segment(self, name: str | None = None, **arguments: Any) -> Scope:
        """Return a block, or a decorator, with a segment of its own; see `begin_segment`."""
        return Scope(lambda given: self.begin_segment(given, **arguments), name)

    # --- subsegments --------------------------------------------------------------------------

    def begin_subsegment(self, name: str, namespace: str = kinds.LOCAL) -> Entity:
        """
        Begin a subsegment of the current entity and make it current.

        Args:
            name: of the subsegment; of the called service if it is a call.
            namespace: ``local``, ``remote`` or ``aws``.

        Returns:
            The subsegment; one that records nothing when there is no current segment.

        Raises:
            ContextMissing: there is none, and the strategy is RUNTIME_ERROR.
        """
        place = context.here()
        subsegment = self._open(place, name, namespace)
        context.enter(subsegment, place)
        return subsegment

    def end_subsegment(self, end_time: float | None = None) -> None:
        """End the current subsegment."""
        entity = self.current_subsegment()
        if entity is not None:
            self._end(entity, end_time)

    def current_subsegment(self) -> Entity | None:
        """Return the current entity if it is a subsegment."""
        entity = self.get_trace_entity()
        return entity if isinstance(entity, Subsegment) else None

    def in_subsegment(self, name: str | None = None, namespace: str = kinds.LOCAL) -> Scope:
        """Return a block, or a decorator, with a subsegment; see `begin_subsegment`."""
        return Scope(lambda given: self.begin_subsegment(given, namespace), name)

    def capture(self, name: str | None = None) -> Scope:
        """Return a decorator that opens a subsegment named after the function, or *name*."""
        return self.in_subsegment(name)

    in_segment_async = in_segment
    in_subsegment_async = in_subsegment
    capture_async = capture

    # --- the current entity -------------------------------------------------------------------

    def put_annotation(self, key: str, value: str | float | bool) -> None:
        """Annotate the current entity; see `Entity.put_annotation`."""
        entity = self.get_trace_entity()
        if entity is not None:
            entity.put_annotation(key, value)

    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> None:
        """Put metadata on the current entity; see `Entity.put_metadata`."""
        entity = self.get_trace_entity()
        if entity is not None:
            entity.put_metadata(key, value, namespace)

    def is_sampled(self) -> bool:
        """Say whether the current entity will be sent."""
        entity = self.get_trace_entity()
        return entity is not None and entity.sampled

    def get_trace_entity(self) -> Entity | None:
        """
        Return the current segment or subsegment.

        Raises:
            ContextMissing: there is none, and the strategy is RUNTIME_ERROR.
        """
        entity = context.current()
        if entity is None:
            self._miss()
        return entity

    def set_trace_entity(self, entity: Entity | None) -> None:
        """Make *entity* current, for instance in a thread that just started; None clears."""
        if entity is None:
            context.clear()
        else:
            context.enter(entity)

    def clear_trace_entities(self) -> None:
        """Make nothing current."""
        context.clear()

    # --- libraries ----------------------------------------------------------------------------

    def patch_all(self) -> None:
        """Trace the calls through the libraries that the settings name, by default our own."""
        instrument.install_chosen(settings.load())

    def patch(self, modules: Iterable[str]) -> None:
        """
        Trace the calls through the libraries *modules*.

        Raises:
            ConfigurationError: one is unknown; nothing is traced then.
        """
        names = tuple(modules)
        if names:
            instrument.install(*names)

    # --- the rest -----------------------------------------------------------------------------

    def _open(self, place: Place, name: str, namespace: str) -> Subsegment:
        parent = place.entity
        if parent is not None:
            return parent.add_new_subsegment(name, namespace)
        passed = place.header
        if passed is not None and passed.root is not None and passed.sampled is not False:
            return Subsegment.open(name, namespace, None, passed.root)
        self._miss()
        return Subsegment(INVALID_SPAN, limits.name(name))

    def _miss(self) -> None:
        if self.context_missing is ContextMissingStrategy.RUNTIME_ERROR:
            msg = f"{MISSING}; begin a segment first, or set AWS_XRAY_CONTEXT_MISSING=LOG_ERROR."
            raise ContextMissing(msg)
        if self.context_missing is ContextMissingStrategy.LOG_ERROR:
            _log.error("%s; begin a segment first, or set AWS_XRAY_CONTEXT_MISSING.", MISSING)

    @staticmethod
    def _end(entity: Entity, end_time: float | None) -> None:
        entity.close(end_time)
        context.leave(entity)


def _parse(traceid: str | None) -> ids.TraceId | None:
    try:
        return ids.parse_trace_id(traceid) if traceid else None
    except InvalidTraceId as error:
        _log.warning("The segment begins a new trace: %s", error)
        return None


class _Origin(NamedTuple):
    """Where a segment comes from: the context to start it in, or the trace it must belong to."""

    context: Context
    root: ids.TraceId | None = None
    sampled: bool | None = None


def _origin(place: Place, trace_id: ids.TraceId | None, parent_id: str | None) -> _Origin:
    parent = ids.parse_span_id(parent_id) if parent_id else None
    if trace_id and parent:
        caller = NonRecordingSpan(remote(trace_id, parent, sampled=True))
        return _Origin(trace.set_span_in_context(caller))
    if trace_id:
        return _Origin(context.without_span(), trace_id)
    around = place.entity
    if around is not None and not around.owned:
        return _Origin(trace.set_span_in_context(around.span))
    passed = place.header if around is None else None
    if passed is not None:
        return _Origin(context.without_span(), passed.root, passed.sampled)
    return _Origin(context.without_span())


def _unsampled(trace_id: ids.TraceId | None) -> SpanContext:
    """Return real ids for a segment that is not recorded, so that callees can carry them on."""
    made = trace_id or ids.from_parts(int(time.time()), random.getrandbits(ids.RANDOM_BITS))
    return SpanContext(made, random.getrandbits(64) or 1, is_remote=False)
