"""Subsegments: parts of a segment, by block or by decorator."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any

from otel_xray.compat.blocks import Asynchronous, record_raised

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
        @functools.wraps(function)
        def decorated(*args: Any, **kwargs: Any) -> Any:
            return wrapped(scope, function, None, args, kwargs)

        set_as_recording(decorated, function)
        return decorated

    return decorate


def decorated(scope: Any, function: Any, *, asynchronous: bool) -> Any:
    """
    Return *function* with a subsegment around each call; it stays the same kind.

    The wrapper calls the recorder itself: each frame of ours is one of the application's less in
    the stacks of exceptions.

    Args:
        scope: a `SubsegmentContextManager`.
        function: of any kind.
        asynchronous: what it returns is awaited, whatever its kind.
    """
    if isinstance(function, (staticmethod, classmethod)):
        inner = decorated(scope, function.__func__, asynchronous=asynchronous)
        return type(function)(inner)
    recorder, name = scope.recorder, scope.name or function.__name__
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        from otel_xray.api import capture

        wrapper = capture.wrap(function, lambda: _Steps(recorder, name))
    elif asynchronous or _is_awaited(function, recorder):
        wrapper = _awaited(recorder, function, name)
    else:
        wrapper = _called(recorder, function, name)
    set_as_recording(wrapper, function)
    return wrapper


def _awaited(recorder: Any, function: Any, name: str) -> Any:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return await recorder.record_subsegment_async(
            function, None, args, kwargs, name=name, namespace="local", meta_processor=None
        )

    return wrapper


def _called(recorder: Any, function: Any, name: str) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return recorder.record_subsegment(
            function, None, args, kwargs, name=name, namespace="local", meta_processor=None
        )

    return wrapper


def _is_awaited(function: Any, recorder: Any) -> bool:
    return inspect.iscoroutinefunction(function) and hasattr(recorder, "record_subsegment_async")


class SubsegmentContextManager:
    """A subsegment around a block, or around each call of a function."""

    def __init__(self, recorder: Any, name: str | None = None, **subsegment_kwargs: Any) -> None:
        self.name = name
        self.subsegment_kwargs = subsegment_kwargs
        self.recorder = recorder
        self.subsegment: Any = None

    def __call__(
        self, wrapped: Any, instance: Any = None, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Return the function *wrapped* with such a subsegment around each call."""
        return decorated(self, wrapped, asynchronous=False)

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
        record_raised(self.subsegment, exc_val, exc_tb, self.recorder.max_trace_back)
        self.recorder.end_subsegment()


class _Steps(Asynchronous, SubsegmentContextManager):
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
