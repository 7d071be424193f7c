"""
A segment or subsegment around a block of code.

One object serves every way in which X-Ray code writes it: ``with``, ``async with``, and as a
decorator of functions, coroutines, generators and context managers.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from otel_xray.api import capture, context
from otel_xray.api.entities import Entity

Function = TypeVar("Function", bound=Callable[..., Any])


class Scope:
    """
    Opens an entity on entering, makes it current, and closes it on leaving.

    An exception that leaves the block is recorded on the entity and goes on. Subsegments that
    were begun inside and never ended are closed with it.

    Attributes:
        entity: the open entity, while the block runs.
    """

    def __init__(self, begin: Callable[[str], Entity], name: str | None) -> None:
        """
        Prepare the block; nothing is opened yet.

        Args:
            begin: opens an entity of the given name and makes it current.
            name: of the entity; a decorated function lends its own if this is None.
        """
        self._begin = begin
        self._name = name
        self.entity: Entity | None = None

    def __enter__(self) -> Entity:
        self.entity = self._begin(self._name or "")
        return self.entity

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        entity = self.entity
        if entity is None:
            return
        if exception is not None and _is_failure(exception):
            entity.add_exception(exception)
        for inner in context.leave(entity):
            inner.close()
        entity.close()

    async def __aenter__(self) -> Entity:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, exception, traceback)

    def __call__(self, function: Function) -> Function:
        """Return *function* with an entity of its own around each call."""
        return capture.wrap(function, lambda: self.renewed(function.__name__))

    def renewed(self, name: str) -> Scope:
        """Return a scope for one call of the function called *name*."""
        return Scope(self._begin, self._name or name)

    def returned(self, value: object) -> None:
        """Take note of what the captured function returned."""


def _is_failure(exception: BaseException) -> bool:
    """Say whether *exception* means that something went wrong: a closed generator does not."""
    return not isinstance(exception, GeneratorExit)
