"""Segments: the work of one service for one request."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from otel_xray.compat.blocks import record_raised

from ..exceptions.exceptions import SegmentNameMissingException
from ..utils.atomic_counter import AtomicCounter
from .entity import ORIGIN_TRACE_HEADER_ATTR_KEY as ORIGIN_TRACE_HEADER_ATTR_KEY
from .entity import Entity
from .traceid import TraceId


class SegmentContextManager:
    """A segment around a block."""

    def __init__(self, recorder: Any, name: str | None = None, **segment_kwargs: Any) -> None:
        self.name = name
        self.segment_kwargs = segment_kwargs
        self.recorder = recorder
        self.segment: Any = None

    def __enter__(self) -> Any:
        self.segment = self.recorder.begin_segment(name=self.name, **self.segment_kwargs)
        return self.segment

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self.segment is None:
            return
        record_raised(self.segment, exc_val, exc_tb, self.recorder.max_trace_back)
        self.recorder.end_segment()


class Segment(Entity):
    """
    A segment.

    Attributes:
        trace_id: in X-Ray's spelling.
        user: on whose behalf the request is made.
        ref_counter: subsegments that are open.
    """

    parent_id: str | None
    origin: str
    service: dict[str, Any]

    def __init__(
        self,
        name: str,
        entityid: str | None = None,
        traceid: str | None = None,
        parent_id: str | None = None,
        sampled: bool = True,
    ) -> None:
        """
        Make a segment; it begins when it is made current.

        Args:
            name: of the service.
            entityid: its id; a random one by default.
            traceid: its trace; a new one by default.
            parent_id: id of the caller's entity.
            sampled: it is recorded.

        Raises:
            SegmentNameMissingException: the name is empty.
        """
        if not name:
            msg = "Segment name is required."
            raise SegmentNameMissingException(msg)
        super().__init__(name, entityid)
        self.trace_id: str = traceid or TraceId().to_id()
        self.sampled = sampled
        self.user: str | None = None
        self.ref_counter = AtomicCounter()
        self._subsegments_counter = AtomicCounter()
        if parent_id:
            self.parent_id = parent_id

    def add_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child and count it; see `Entity.add_subsegment`."""
        super().add_subsegment(subsegment)
        self.increment()

    def remove_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child no more."""
        super().remove_subsegment(subsegment)
        self.decrement_subsegments_size()

    def increment(self) -> None:
        """Count one more subsegment, and one more that is open."""
        self.ref_counter.increment()
        self._subsegments_counter.increment()

    def decrement_ref_counter(self) -> None:
        """Count one open subsegment less."""
        self.ref_counter.decrement()

    def ready_to_send(self) -> bool:
        """Say whether the segment and all its subsegments are closed."""
        return self.ref_counter.get_current() <= 0 and not self.in_progress

    def get_total_subsegments_size(self) -> int:
        """Return how many subsegments it holds, open or closed."""
        return self._subsegments_counter.get_current()

    def decrement_subsegments_size(self) -> int:
        """Count one subsegment less."""
        return self._subsegments_counter.decrement()

    def set_user(self, user: str) -> None:
        """
        Record on whose behalf the request is made.

        Raises:
            AlreadyEndedException: the segment is closed.
        """
        self._check_ended()
        self.user = user

    def set_service(self, service_info: dict[str, Any]) -> None:
        """Record the service block."""
        self.service = service_info

    def set_rule_name(self, rule_name: str) -> None:
        """Record the sampling rule by which the segment is sampled."""
        self.aws["xray"] = self.aws.get("xray") or {}
        self.aws["xray"]["sampling_rule_name"] = rule_name
