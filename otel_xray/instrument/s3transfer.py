"""
Transfers of S3's transfer manager, which works in threads of its own.

``upload_file`` and its like hand tasks to executors. Each task runs in a copy of the context in
which it was submitted, so that its calls have the parent that they would have without threads;
tasks that a task submits have it, too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from types import ModuleType
from typing import Any

from otel_xray.instrument.interception import Interception

TARGET = "s3transfer.futures"


def apply(module: ModuleType) -> None:
    """Let the executors of *module* (``s3transfer.futures``) hand on the context."""
    _interception.apply(module.BoundedExecutor)


def remove() -> None:
    """Leave its threads without a context again."""
    _interception.remove()


class _InContext:
    """A task that runs in the context in which it was made; in everything else it is the task."""

    def __init__(self, task: Any) -> None:
        self._task = task
        self._context = copy_context()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._context.run(self._task, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._task, name)


def _submitted(
    original: Callable[..., Any], executor: Any, task: Any, *args: Any, **kwargs: Any
) -> Any:
    return original(executor, _InContext(task), *args, **kwargs)


_interception = Interception("submit", _submitted)
