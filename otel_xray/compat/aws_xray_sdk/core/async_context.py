"""Entities of asyncio tasks: those of `Context`, which tasks have their own of already."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from otel_xray.compat.storage import TaskLocal

from .context import Context as _Context


class AsyncContext(_Context):
    """
    Keeps the open entities of each task.

    A context variable does that for every task, whoever creates it, so no task factory is set.
    """

    def __init__(
        self,
        *args: Any,
        loop: asyncio.AbstractEventLoop | None = None,
        use_task_factory: bool = True,
        **kwargs: Any,
    ) -> None:
        """
        Begin without any entity.

        Args:
            *args: see `Context`.
            loop: accepted; any loop's tasks are served.
            use_task_factory: accepted; none is needed.
            **kwargs: see `Context`.
        """
        super().__init__(*args, **kwargs)
        del use_task_factory
        self._loop = loop
        self._local = TaskLocalStorage(loop)


class TaskLocalStorage(TaskLocal):
    """Attributes that each task has its own of."""

    __slots__ = ()

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        del loop
        super().__init__()


def task_factory(
    loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **options: Any
) -> asyncio.Task[Any]:
    """Return a task of *loop* for *coro*, for applications that set this factory themselves."""
    return asyncio.Task(coro, loop=loop, **options)
