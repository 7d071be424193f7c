"""Subsegments: parts of a segment, by block or by decorator."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any

from ..exceptions.exceptions import SegmentNotFoundException
from .entity import Entity

SUBSEGMENT_RECORDING_ATTRIBUTE = "_self___SUBSEGMENT_RECORDING_ATTRIBUTE__"


def set_as_recording(decorated_func: Any, wrapped: Any) -> None:
    """Mark *decorated_func*, and whether what it wraps was marked before."""
    recorded_before = hasattr(wrapped, SUBSEGMENT_RECORDING_ATTRIBUTE)
    setattr(decorated_func, SUBSEGMENT_RECORDING_ATTRIBUTE, recorded_before)


def is_already_recording(func: Any) -> bool:
    """Say whether *func* wraps something that records its calls itself."""
    return bool(getattr(func, SUBSEGMENT_RECORDING_ATTRIBUTE, False))


def subsegment_decorator(wrapped: Callable[..., Any]) -> Callable[..., Any]:
    """
    Return the method that decorates functions so that *wrapped* makes their calls.

    Args:
        wrapped: takes the scope, the function, its instance (None), and its arguments as a tuple
            and a dict.
    """

    @functools.wraps(wrapped)
    def decorate(scope: Any, function: Any) -> Any:
        if isinstance(function, (staticmethod, classmethod)):
            return type(function)(decorate(scope, function.__func__))
        decorated = _decorated(wrapped, scope, function)
        set_as_recording(decorated, function)
        return decorated

    return decorate


def _decorated(record: Callable[..., Any], scope: Any, function: Any) -> Any:
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        from otel_xray.api import capture

        name = scope.name or function.__name__
        return capture.wrap(function, lambda: _Steps(scope.recorder, name))
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(record):

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            return await record(scope, function, None, args, kwargs)

        return awaited

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        return record(scope, function, None, args, kwargs)

    return called


class SubsegmentContextManager:
    """A subsegment around a block, or around each call of a function."""

    def __init__(self, recorder: Any, name: str | None = None, **subsegment_kwargs: Any) -> None:
        self.name = name
        self.subsegment_kwargs = subsegment_kwargs
        self.recorder = recorder
        self.subsegment: Any = None

    @subsegment_decorator
    def __call__(self, wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        """Call *wrapped* in a subsegment; as a decorator this is called with *wrapped* alone."""
        record = self.recorder.record_subsegment
        if inspect.iscoroutinefunction(wrapped):  # else it would end before it has begun
            record = getattr(self.recorder, "record_subsegment_async", record)
        return record(
            wrapped,
            instance,
            args,
            kwargs,
            name=self.name or wrapped.__name__,
            namespace="local",
            meta_processor=None,
        )

    def __enter__(self) -> Any:
        self.subsegment = self.recorder.begin_subsegment(name=self.name, **self.subsegment_kwargs)
        return self.subsegment

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self.subsegment is None:
            return
        if exc_val is not None:
            import traceback

            limit = self.recorder.max_trace_back
            self.subsegment.add_exception(exc_val, traceback.extract_tb(exc_tb, limit=limit))
        self.recorder.end_subsegment()


class _Steps(SubsegmentContextManager):
    """The subsegment of one run of a generator."""

    def returned(self, value: object) -> None:
        """Keep nothing of what it returns."""


class Subsegment(Entity):
    """
    A subsegment.

    Attributes:
        parent_segment: the segment that it is part of.
        trace_id: of that.
        namespace: ``local``, ``remote`` or ``aws``.
        sql: the sql block.
    """

    def __init__(self, name: str, namespace: str, segment: Any) -> None:
        """
        Make a subsegment; it begins when it is made current.

        Raises:
            SegmentNotFoundException: there is no *segment*.
        """
        self._construct(name, namespace, segment)

    def _construct(
        self, name: str, namespace: str, segment: Any, entity_id: str | None = None
    ) -> None:
        super().__init__(name, entity_id)
        if not segment:
            msg = "A parent segment is required for creating subsegments."
            raise SegmentNotFoundException(msg)
        self.parent_segment = segment
        self.trace_id: str = segment.trace_id
        self.type = "subsegment"
        self.namespace = namespace
        self.sql: dict[str, Any] = {}

    def add_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child, and let the segment count it."""
        super().add_subsegment(subsegment)
        self.parent_segment.increment()

    def remove_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child no more."""
        super().remove_subsegment(subsegment)
        self.parent_segment.decrement_subsegments_size()

    def close(self, end_time: float | None = None) -> None:
        """Close the subsegment; see `Entity.close`."""
        super().close(end_time)
        self.parent_segment.decrement_ref_counter()

    def set_sql(self, sql: dict[str, Any]) -> None:
        """Replace the sql block."""
        self.sql = sql
