"""What each line of execution has its own of: each thread, and each task."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Any

from otel_xray import settings


class TaskLocal:
    """
    Keeps the open entities in context variables.

    A task begins with those of whoever started it; a thread begins without any.

    Attributes:
        kept: the variable behind `entities`, for those who read it at every call.
    """

    __slots__ = ("_base", "_segment", "kept")

    def __init__(self) -> None:
        self.kept: ContextVar[list[Any]] = ContextVar("otel_xray_entities", default=[])  # noqa: B039  replaced, never changed
        self._base: ContextVar[Any] = ContextVar("otel_xray_base", default=None)
        self._segment: ContextVar[Any] = ContextVar("otel_xray_segment", default=None)

    @property
    def entities(self) -> list[Any]:
        """The open entities, innermost last."""
        return self.kept.get()

    @entities.setter
    def entities(self, value: list[Any]) -> None:
        self.kept.set(value)

    @property
    def base(self) -> Any:
        """The span that was current before the first of them."""
        return self._base.get()

    @base.setter
    def base(self, value: Any) -> None:
        self._base.set(value)

    @property
    def segment(self) -> Any:
        """In Lambda, the function's own segment."""
        return self._segment.get()

    @segment.setter
    def segment(self, value: Any) -> None:
        self._segment.set(value)

    def clear(self) -> None:
        """Forget everything."""
        self.kept.set([])
        self._base.set(None)
        self._segment.set(None)


class ThreadLocal(threading.local):
    """Keeps the open entities of each thread, as the X-Ray SDK does."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.entities: list[Any] = []
        self.base: Any = None
        self.segment: Any = None


def local() -> TaskLocal | ThreadLocal:
    """Return what the settings say: entities of tasks, or of threads."""
    return ThreadLocal() if settings.entities_of_threads() else TaskLocal()
