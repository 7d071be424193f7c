"""A method of a class that runs inside a function of ours, until it is put back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from threading import Lock
from typing import Any, Protocol


class Around(Protocol):
    """
    Runs *original* with *instance* and the arguments, and returns what it returns.

    Around a coroutine function it is one, too.
    """

    def __call__(
        self, original: Callable[..., Any], instance: Any, /, *args: Any, **kwargs: Any
    ) -> Any:
        """Run it."""
        ...


class Interception:
    """
    One method, intercepted in any number of classes.

    There can be several classes of one name: reloading a module makes new ones. Where somebody
    else has wrapped our wrapper in the meantime, `remove` cannot take it out without taking theirs,
    too; it stays and only passes calls on.
    """

    def __init__(self, method: str, around: Around) -> None:
        self._method = method
        self._around = around
        self._active = False
        self._lock = Lock()
        self._wrappers: dict[type[Any], tuple[Callable[..., Any], Callable[..., Any]]] = {}

    def apply(self, owner: type[Any]) -> None:
        """
        Intercept the method in *owner*; harmless when it is repeated.

        Raises:
            AttributeError: *owner* has no such method.
        """
        with self._lock:
            if owner not in self._wrappers:
                original: Callable[..., Any] = getattr(owner, self._method)
                wrapper = self._wrapper(original)
                setattr(owner, self._method, wrapper)
                self._wrappers[owner] = (original, wrapper)
            self._active = True

    def remove(self) -> None:
        """Put the original methods back."""
        with self._lock:
            self._active = False
            for owner, (original, wrapper) in list(self._wrappers.items()):
                if vars(owner).get(self._method) is wrapper:
                    setattr(owner, self._method, original)
                    del self._wrappers[owner]

    def _wrapper(self, original: Callable[..., Any]) -> Callable[..., Any]:
        if iscoroutinefunction(original):

            @wraps(original)
            async def awaited(instance: Any, *args: Any, **kwargs: Any) -> Any:
                if not self._active:
                    return await original(instance, *args, **kwargs)
                return await self._around(original, instance, *args, **kwargs)

            return awaited

        @wraps(original)
        def intercepted(instance: Any, *args: Any, **kwargs: Any) -> Any:
            if not self._active:
                return original(instance, *args, **kwargs)
            return self._around(original, instance, *args, **kwargs)

        return intercepted
