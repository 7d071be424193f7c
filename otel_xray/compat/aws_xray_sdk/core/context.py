"""
The open entities of one line of execution, innermost last.

They are kept in a context variable, so that every thread and every task has its own, and a task
begins with those of whoever started it. The innermost open span counts, whoever started it: a
span that OpenTelemetry's API made current inside a subsegment is handed out as a subsegment.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Any

from otel_xray import settings
from otel_xray.compat import storage
from otel_xray.compat.engine import current, recording

from .. import global_sdk_config
from .exceptions.exceptions import SegmentNotFoundException
from .models.dummy_entities import DummySegment

log = logging.getLogger(__name__)

MISSING_SEGMENT_MSG = (
    "cannot find the current segment/subsegment, please make sure you have a segment open"
)
SUPPORTED_CONTEXT_MISSING = ("RUNTIME_ERROR", "LOG_ERROR", "IGNORE_ERROR")
CXT_MISSING_STRATEGY_KEY = "AWS_XRAY_CONTEXT_MISSING"


class Context:
    """
    Keeps the open entities.

    Applications derive their own from it; those may replace ``_local``, an object that keeps
    attributes for one line of execution: ``entities``, the list of open entities, and ``base``,
    the span that was current before the first of them.
    """

    def __init__(self, context_missing: str = "LOG_ERROR") -> None:
        """
        Begin without any entity.

        Args:
            context_missing: what a call without a segment does; the variable of that name beats it.
        """
        self._local: Any = storage.local()
        self._context_missing = settings.environment().get(
            CXT_MISSING_STRATEGY_KEY, context_missing
        )

    # --- what the recorder calls ------------------------------------------------------------------

    def put_segment(self, segment: Any) -> None:
        """Make *segment* the only open entity."""
        if segment.span is None:
            recording.begin_segment(segment, new_trace=False)
        self.set_trace_entity(segment)

    def end_segment(self, end_time: float | None = None) -> None:
        """
        Close the segment, also when a subsegment of it is current.

        Args:
            end_time: seconds since the epoch; now by default.
        """
        entity = self.get_trace_entity()
        if not entity:
            log.warning("No segment to end")
            return
        entities = self._entities()
        outermost = entities[0] if entities and entities[0] else entity
        (outermost.parent_segment if self._is_subsegment(outermost) else outermost).close(end_time)

    def put_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child of the current entity, and the current one."""
        entity = self.get_trace_entity()
        if not entity:
            log.warning("There is no segment around the subsegment %s; dropped.", subsegment.name)
            return
        self._enter(subsegment, entity)

    def end_subsegment(self, end_time: float | None = None) -> bool:
        """
        Close the current subsegment.

        Args:
            end_time: seconds since the epoch; now by default.

        Returns:
            Whether there was one.
        """
        entity = self.get_trace_entity()
        entities = self._entities()
        if entities and entities[-1] is not None:
            entity = entities[-1]  # not a span that is still open in it
        if self._is_subsegment(entity):
            self._close(entity, entities, end_time)
            return True
        if not isinstance(entity, DummySegment):
            log.warning("No subsegment to end.")
        return False

    def get_trace_entity(self) -> Any:
        """
        Return the current entity; None when there is none and the strategy does not raise.

        Raises:
            SegmentNotFoundException: there is none, and the strategy is RUNTIME_ERROR.
        """
        local = self._local
        entities = local.kept.get() if type(local) is storage.TaskLocal else self._entities()
        if entities and entities[-1] is not None and entities[-1].span is current.span():
            return entities[-1]
        if entities or "opentelemetry.trace" in sys.modules:
            inside = current.span_inside(entities, self)
            if inside is not None:
                from .models import span_entities

                return span_entities.entity(inside, _segment(entities))
            if entities:
                return entities[-1]
        if not global_sdk_config.sdk_enabled():
            return DummySegment()
        return self.handle_context_missing()

    def set_trace_entity(self, trace_entity: Any) -> None:
        """Make *trace_entity* the only open one, for instance in a thread that just started."""
        local = self._local
        base = current.base(self._entities(), getattr(local, "base", None))
        if trace_entity is not None:
            trace_entity.kept_by = self
        local.entities = [trace_entity]
        local.base = base
        current.make_current(trace_entity)

    def clear_trace_entities(self) -> None:
        """Forget all open entities."""
        local = self._local
        entities = self._entities()
        if entities:
            current.restore(current.base(entities, getattr(local, "base", None)))
        local.entities = []
        local.base = None

    def handle_context_missing(self) -> Any:
        """Do what the strategy says when there is no entity to read or change."""
        if self.context_missing == "RUNTIME_ERROR":
            raise SegmentNotFoundException(MISSING_SEGMENT_MSG)
        if self.context_missing == "LOG_ERROR":
            log.error(MISSING_SEGMENT_MSG)

    @property
    def context_missing(self) -> str | None:
        """What a call without a segment does."""
        return self._context_missing

    @context_missing.setter
    def context_missing(self, value: str) -> None:
        if value not in SUPPORTED_CONTEXT_MISSING:
            log.warning(
                "%r is no strategy for a missing context; choose from %s.",
                value,
                ", ".join(SUPPORTED_CONTEXT_MISSING),
            )
            return
        self._context_missing = value

    # --- the stack --------------------------------------------------------------------------------

    def _entities(self) -> list[Any]:
        local = self._local
        if type(local) is storage.TaskLocal:
            return local.kept.get()
        try:
            return local.entities or []
        except AttributeError:  # a storage of the application's that has none yet
            return []

    def _enter(self, subsegment: Any, entity: Any) -> None:
        local = self._local
        entities = self._entities()
        around = current.span()
        parent = entity
        if not entity.in_progress or (entities and entity is not entities[-1]):
            parent = current.open_parent(entities)
        if subsegment.span is None:
            inside = around if entity.span is around else current.span_around(entity)
            recording.begin_subsegment(subsegment, inside)
        if parent is not None:
            parent.add_subsegment(subsegment)
        else:  # its segment has ended, in another task
            subsegment.parent_id = entity.id
            subsegment.parent_segment.increment()
        subsegment.around = around
        subsegment.kept_by = self
        if not entities:
            local.base = around
        local.entities = [*entities, subsegment]
        current.make_current(subsegment)

    def _close(self, subsegment: Any, entities: list[Any], end_time: float | None) -> None:
        subsegment.close(end_time)
        around = subsegment.around if len(entities) > 1 else getattr(self._local, "base", None)
        current.leave(subsegment, around)
        self._local.entities = entities[:-1]

    def _is_subsegment(self, entity: Any) -> bool:
        return getattr(entity, "type", None) == "subsegment"


def _segment(entities: Sequence[Any]) -> Any:
    """Return the segment of the innermost entity; None when there is none."""
    last = entities[-1] if entities else None
    return getattr(last, "parent_segment", last)
