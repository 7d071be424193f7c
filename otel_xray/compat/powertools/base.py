"""What Powertools' Tracer needs of a provider of the application's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any


class BaseSegment(ABC):
    """A segment or subsegment."""

    @abstractmethod
    def close(self, end_time: int | None = None) -> None:
        """End it, at *end_time* in seconds since the epoch or now."""

    @abstractmethod
    def add_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child."""

    @abstractmethod
    def remove_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child no more."""

    @abstractmethod
    def put_annotation(self, key: str, value: str | float | bool) -> None:
        """Record what can be searched for."""

    @abstractmethod
    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> None:
        """Record what can be read."""

    @abstractmethod
    def add_exception(self, exception: BaseException, stack: Any, remote: bool = False) -> None:
        """Record what went wrong."""


class BaseProvider(ABC):
    """A recorder."""

    @abstractmethod
    def in_subsegment(self, name: str | None = None, **kwargs: Any) -> AbstractContextManager[Any]:
        """Return a block with a subsegment."""

    @abstractmethod
    def in_subsegment_async(
        self, name: str | None = None, **kwargs: Any
    ) -> AbstractAsyncContextManager[Any]:
        """Return an asynchronous block with a subsegment."""

    @abstractmethod
    def put_annotation(self, key: str, value: str | float | bool) -> None:
        """Annotate the current segment or subsegment."""

    @abstractmethod
    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> None:
        """Put metadata on the current segment or subsegment."""

    @abstractmethod
    def patch(self, modules: Sequence[str]) -> None:
        """Trace the calls through *modules*."""

    @abstractmethod
    def patch_all(self) -> None:
        """Trace the calls through all modules that are known."""
