"""Entities in a Lambda function, whose own segment Lambda makes."""

from __future__ import annotations

import logging
import os
from typing import Any

from otel_xray import settings
from otel_xray.compat import storage

from .. import global_sdk_config
from .context import Context
from .models.dummy_entities import DummySegment
from .models.facade_segment import FacadeSegment
from .models.trace_header import TraceHeader

log = logging.getLogger(__name__)

LAMBDA_TRACE_HEADER_KEY = "_X_AMZN_TRACE_ID"
LAMBDA_TASK_ROOT_KEY = "LAMBDA_TASK_ROOT"
TOUCH_FILE_DIR = "/tmp/.aws-xray/"  # noqa: S108  Lambda looks for it there
TOUCH_FILE_PATH = "/tmp/.aws-xray/initialized"  # noqa: S108

FUNCTION = "facade"


def check_in_lambda() -> LambdaContext | None:
    """Return a context for a Lambda function, and tell Lambda that tracing is ready; else None."""
    if not settings.environment().get(LAMBDA_TASK_ROOT_KEY):
        return None
    try:
        os.makedirs(TOUCH_FILE_DIR, exist_ok=True)
        with open(TOUCH_FILE_PATH, "w"):
            os.utime(TOUCH_FILE_PATH)
    except OSError as error:
        log.warning("Lambda is not told that tracing is ready: %s", error)
    return LambdaContext()


class PassedThroughSegment(FacadeSegment):
    """
    A trace that goes through the function without a parent and without a decision.

    What is recorded belongs to the trace, and has no parent in it.

    Attributes:
        passed_through: subsegments of it have no parent.
    """

    passed_through = True

    def __init__(self, traceid: str) -> None:
        super().__init__(FUNCTION, None, traceid, sampled=True)
        self.initializing = False


class LambdaContext(Context):
    """
    Keeps the open subsegments of one invocation.

    Which invocation it is, and so which segment they are part of, is looked up whenever it matters:
    a subsegment that an earlier one has left open is dropped.
    """

    def __init__(self) -> None:
        self._local = storage.local()

    def put_segment(self, segment: Any) -> None:
        """Refuse: Lambda makes the function's segment."""
        log.warning(
            "The segment %s is not recorded: Lambda makes the function's own.", segment.name
        )

    def end_segment(self, end_time: float | None = None) -> None:
        """Refuse: Lambda ends the function's segment."""
        log.warning("No segment is ended: Lambda ends the function's own.")

    def put_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child of the current entity, if the invocation is traced."""
        entity = self.get_trace_entity()
        if not self._is_subsegment(entity) and _takes_nothing(entity):
            if global_sdk_config.sdk_enabled() and not _header_text():
                log.warning(
                    "The subsegment %s is dropped: no invocation has begun yet.", subsegment.name
                )
            return
        self._enter(subsegment, entity)

    def set_trace_entity(self, trace_entity: Any) -> None:
        """Make *trace_entity* the only open one, and its segment the function's."""
        subsegment = self._is_subsegment(trace_entity)
        self._local.segment = trace_entity.parent_segment if subsegment else trace_entity
        super().set_trace_entity(trace_entity)

    def get_trace_entity(self) -> Any:
        """Return the current subsegment, else the function's segment."""
        self._refresh_context()
        return super().get_trace_entity()

    def handle_context_missing(self) -> Any:
        """Return the function's segment: in Lambda there always is one."""
        return self._local.segment

    @property
    def context_missing(self) -> str | None:
        """There is no strategy, since there always is a segment."""
        return None

    @context_missing.setter
    def context_missing(self, value: str) -> None:
        """Ignore it."""

    def clear_trace_entities(self) -> None:
        """Forget all open entities, and which invocation it is."""
        super().clear_trace_entities()
        self._local.segment = None

    def _refresh_context(self) -> None:
        header = TraceHeader.from_header_str(_header_text())
        segment = getattr(self._local, "segment", None)
        if segment and (not header.root or header.root == segment.trace_id):
            return
        super().clear_trace_entities()
        self._local.segment = _segment_of(header)


def _takes_nothing(segment: Any) -> bool:
    return bool(getattr(segment, "initializing", False)) or isinstance(segment, DummySegment)


def _header_text() -> str | None:
    return settings.environment().get(LAMBDA_TRACE_HEADER_KEY)


def _segment_of(header: TraceHeader) -> Any:
    """Return the segment that Lambda makes for the invocation of *header*."""
    if not global_sdk_config.sdk_enabled() or not header.root:
        segment: Any = DummySegment()
    elif header.parent:
        segment = FacadeSegment(FUNCTION, header.parent, header.root, header.sampled != 0)
    else:
        segment = DummySegment() if header.sampled == 0 else PassedThroughSegment(header.root)
    segment.save_origin_trace_header(header)
    return segment
