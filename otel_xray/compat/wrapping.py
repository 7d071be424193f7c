"""
Methods of libraries that run inside a function of the alias, as its patches want it.

A wrapper stays where it is when the alias is taken back, since others may have wrapped it by then;
it only passes calls on, and a patch of a new alias takes it over.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from inspect import getattr_static, iscoroutinefunction
from types import FunctionType, MethodType
from typing import Any, TypeAlias

# Takes the bound method, its object, and the arguments as a tuple and a dict; makes the call.
Around: TypeAlias = Callable[[Callable[..., Any], Any, tuple[Any, ...], dict[str, Any]], Any]

_MARK = "_otel_xray_wrapping"


class _Wrapping:
    """
    What a wrapper does.

    Attributes:
        around: None to do nothing any more.
    """

    __slots__ = ("around",)

    def __init__(self) -> None:
        self.around: Around | None = None

    def active(self) -> Around | None:
        """Return what is done around a call; None when it has been taken back."""
        around = self.around
        return around if around is not None and is_in_use(around) else None


def wrap(owner: type[Any], name: str, around: Around) -> None:
    """
    Let *around* make the calls of a method; harmless when it is repeated.

    Args:
        owner: a class that has or inherits the method.
        name: of the method.
        around: a coroutine function for a method that is one. What it raises goes to the
            application.
    """
    method = getattr(owner, name)
    wrapping = getattr(method, _MARK, None)
    if wrapping is None:
        wrapping = _Wrapping()
        setattr(owner, name, _wrapper(method, wrapping))
    wrapping.around = around


def unwrap(owner: type[Any], name: str) -> None:
    """
    Undo `wrap`; harmless when nothing is wrapped.

    Where somebody else has wrapped the wrapper, it stays and does nothing.
    """
    method = getattr_static(owner, name, None)
    wrapping = getattr(method, _MARK, None)
    if isinstance(wrapping, _Wrapping):
        wrapping.around = None
        # By its type: a proxy around the wrapper says that it has its attributes.
        if type(method) is FunctionType and method.__globals__ is globals():
            setattr(owner, name, vars(method)["__wrapped__"])


def is_in_use(function: Any) -> bool:
    """Say whether *function* is part of the alias that is installed, not of one taken back."""
    module = sys.modules.get(function.__module__)
    return module is not None and vars(module) is function.__globals__


def _wrapper(method: Callable[..., Any], wrapping: _Wrapping) -> Callable[..., Any]:
    if iscoroutinefunction(method):

        @wraps(method)
        async def awaited(instance: Any, /, *args: Any, **kwargs: Any) -> Any:
            around = wrapping.active()
            if around is None:
                return await method(instance, *args, **kwargs)
            return await around(MethodType(method, instance), instance, args, kwargs)

        wrapper: Callable[..., Any] = awaited
    else:

        @wraps(method)
        def called(instance: Any, /, *args: Any, **kwargs: Any) -> Any:
            around = wrapping.active()
            if around is None:
                return method(instance, *args, **kwargs)
            return around(MethodType(method, instance), instance, args, kwargs)

        wrapper = called
    setattr(wrapper, _MARK, wrapping)
    return wrapper
