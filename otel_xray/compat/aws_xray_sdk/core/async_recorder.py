"""The recorder with its calls for coroutines."""

from __future__ import annotations

import time
from typing import Any

from otel_xray.compat.blocks import Asynchronous

from .models.segment import SegmentContextManager
from .models.subsegment import (
    SubsegmentContextManager,
    decorated,
    is_already_recording,
    subsegment_decorator,
)
from .recorder import AWSXRayRecorder
from .utils import stacktrace

__all__ = [
    "AsyncAWSXRayRecorder",
    "AsyncSegmentContextManager",
    "AsyncSubsegmentContextManager",
    "is_already_recording",
    "subsegment_decorator",
]


class AsyncSegmentContextManager(Asynchronous, SegmentContextManager):
    """A segment around an asynchronous block."""


class AsyncSubsegmentContextManager(Asynchronous, SubsegmentContextManager):
    """A subsegment around an asynchronous block, or around each call of a coroutine function."""

    def __call__(
        self, wrapped: Any, instance: Any = None, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Return the function *wrapped* with such a subsegment around each call, awaited."""
        return decorated(self, wrapped, asynchronous=True)


class AsyncAWSXRayRecorder(AWSXRayRecorder):
    """Begins, ends and annotates segments and subsegments, of coroutines too."""

    def capture_async(self, name: str | None = None) -> AsyncSubsegmentContextManager:
        """Return a decorator of coroutine functions; see `capture`."""
        return self.in_subsegment_async(name=name)

    def in_segment_async(
        self, name: str | None = None, **segment_kwargs: Any
    ) -> AsyncSegmentContextManager:
        """Return an asynchronous block with a segment; see `in_segment`."""
        return AsyncSegmentContextManager(self, name=name, **segment_kwargs)

    def in_subsegment_async(
        self, name: str | None = None, **subsegment_kwargs: Any
    ) -> AsyncSubsegmentContextManager:
        """Return an asynchronous block, or a decorator, with a subsegment; see `in_subsegment`."""
        return AsyncSubsegmentContextManager(self, name=name, **subsegment_kwargs)

    async def record_subsegment_async(
        self,
        wrapped: Any,
        instance: Any,
        args: Any,
        kwargs: Any,
        name: str,
        namespace: str,
        meta_processor: Any,
    ) -> Any:
        """Await *wrapped* in a subsegment; see `record_subsegment`."""
        subsegment = self.begin_subsegment(name, namespace)
        exception = stack = return_value = None
        try:
            return_value = await wrapped(*args, **kwargs)
        except Exception as error:
            exception = error
            stack = stacktrace.get_stacktrace(limit=self._max_trace_back)
            raise
        else:
            return return_value
        finally:
            if subsegment is not None:
                end_time = time.time()
                self._take_note(
                    meta_processor, wrapped, instance, args, kwargs,
                    return_value, exception, subsegment, stack,
                )  # fmt: skip
                self.end_subsegment(end_time)
