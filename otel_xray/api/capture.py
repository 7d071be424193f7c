"""
Functions of every kind with a block around each call.

A coroutine is open until it is done, a generator until it is exhausted or closed, a context
manager for as long as its block runs. The steps of a generator run in a context of their own, so
that its subsegment is current inside the generator and nowhere else.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import copy_context
from typing import Any, Protocol, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_BOUND_LATER = (classmethod, staticmethod)


class Block(contextlib.AbstractContextManager[Any], Protocol):
    """What surrounds one call; coroutines have an `AsyncBlock`."""

    def returned(self, value: object) -> None:
        """Take note of what the function returned."""
        ...


class AsyncBlock(Block, contextlib.AbstractAsyncContextManager[Any], Protocol):
    """What surrounds one call of a coroutine."""


def wrap(function: Function, block: Callable[[], AsyncBlock]) -> Function:
    """Return *function* with a new *block* around each call; it stays the same kind."""
    given: Any = function
    if type(given) in _BOUND_LATER:
        kept: Function = type(given)(wrap(given.__func__, block))
        return kept
    for is_kind, wrapper in _WRAPPERS:
        if is_kind(function):
            wrapped = wrapper(function, block)
            functools.update_wrapper(wrapped, function)
            return wrapped  # type: ignore[return-value]  # the same kind, by construction
    raise AssertionError  # pragma: no cover  the last kind is any


def _coroutine(function: Callable[..., Any], block: Callable[[], AsyncBlock]) -> Callable[..., Any]:
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        around = block()
        async with around:
            value = await function(*args, **kwargs)
            around.returned(value)
            return value

    return wrapped


def _generator(function: Callable[..., Any], block: Callable[[], Block]) -> Callable[..., Any]:
    def body(around: Block, *args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with around:
            steps: Generator[Any, Any, Any] = function(*args, **kwargs)
            value = yield from steps
            around.returned(value)
            return value

    def wrapped(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        steps = body(block(), *args, **kwargs)
        # With contextmanager() around us, what is in the with block is inside the subsegment.
        is_manager = sys._getframe(1).f_code is _ENTER  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # inspect would cost more than the call
        return (yield from steps if is_manager else _Apart(steps))

    return wrapped


class _Apart(Generator[Any, Any, Any]):
    """A generator whose steps run in a copy of the context in which it was first advanced."""

    def __init__(self, generator: Generator[Any, Any, Any]) -> None:
        self._generator = generator
        self._run = copy_context().run

    def send(self, value: Any) -> Any:
        return self._run(self._generator.send, value)

    def throw(self, typ: Any, val: Any = None, tb: Any = None) -> Any:
        exception = typ if val is None else val
        return self._run(
            self._generator.throw, exception if tb is None else exception.with_traceback(tb)
        )

    def close(self) -> None:
        self._run(self._generator.close)


def _async_generator(
    function: Callable[..., Any], block: Callable[[], Block]
) -> Callable[..., Any]:
    async def wrapped(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with block():
            async for item in function(*args, **kwargs):
                yield item

    return wrapped


def _context_manager(
    function: Callable[..., Any], block: Callable[[], Block]
) -> Callable[..., Any]:
    @contextlib.contextmanager
    def wrapped(*args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        around = block()
        with around:
            with function(*args, **kwargs) as value:
                yield value
            around.returned(value)

    return wrapped


def _plain(function: Callable[..., Any], block: Callable[[], Block]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        around = block()
        with around:
            value = function(*args, **kwargs)
            around.returned(value)
            return value

    return wrapped


@contextlib.contextmanager
def _manager() -> Generator[None, None, None]:
    yield


# Every function that contextlib.contextmanager returns has this code, and who enters it has that.
_CONTEXT_MANAGER_CODE = _manager.__code__
_ENTER = type(_manager()).__enter__.__code__


def _is_context_manager(function: Callable[..., Any]) -> bool:
    return getattr(function, "__code__", None) is _CONTEXT_MANAGER_CODE


def _any(_function: Callable[..., Any]) -> bool:
    return True


_WRAPPERS: tuple[tuple[Callable[[Any], bool], Callable[..., Callable[..., Any]]], ...] = (
    (_is_context_manager, _context_manager),
    (inspect.iscoroutinefunction, _coroutine),
    (inspect.isasyncgenfunction, _async_generator),
    (inspect.isgeneratorfunction, _generator),
    (_any, _plain),
)
