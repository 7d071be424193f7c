"""
Functions and methods of libraries that run inside a function of the alias, by wrapt's proxies.

A proxy still is what it stands for, where that is a class (``pymysql.connect``), and is what the
X-Ray SDK puts there, so that ``unwrap`` of either takes it off.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from operator import attrgetter
from types import ModuleType
from typing import Any, TypeAlias

import wrapt

from otel_xray.compat import wrapping
from otel_xray.instrument import import_hook
from otel_xray.instrument.shield import Shield

# Takes the function, what it is bound to, and the arguments as a tuple and a dict; makes the call.
Around: TypeAlias = Callable[[Callable[..., Any], Any, tuple[Any, ...], dict[str, Any]], Any]

_shield = Shield("patching a library for X-Ray")


def wrap(module: str, path: str, around: Around) -> None:
    """
    Let *around* make the calls of a function: at once, or when its module is imported.

    Harmless when it is repeated: a proxy of the same function, also of the X-Ray SDK's own or of an
    alias that was taken back, is replaced.

    Args:
        module: dotted; it is not loaded from here.
        path: of the function in it, dotted.
        around: a function of the alias, on whose removal calls pass by. What it raises goes to the
            application.
    """
    if module in sys.modules:
        _wrap(import_module(module), path, around)  # waits for another thread that is importing it
    else:
        key = f"{around.__module__}.{path}"
        import_hook.watch(module, partial(_wrap_late, path, around, key), key)


def _wrap_late(path: str, around: Around, key: str, module: ModuleType) -> None:
    import_hook.forget(module.__name__, key)
    if wrapping.is_in_use(around):
        with _shield:
            _wrap(module, path, around)


def _wrap(module: ModuleType, path: str, around: Around) -> None:
    place, _, name = path.rpartition(".")
    owner = attrgetter(place)(module) if place else module
    found = vars(owner).get(name) or getattr(owner, name)
    original = found.__wrapped__ if _is_by(found, around) else found
    in_use = partial(wrapping.is_in_use, around)
    setattr(owner, name, wrapt.FunctionWrapper(original, around, enabled=in_use))


def _is_by(found: Any, around: Around) -> bool:
    """Say whether *found* is a proxy with a function that is called and placed as *around* is."""
    wrapper: Any = getattr(found, "_self_wrapper", None)  # of a proxy of wrapt's
    return wrapper is not None and _named(wrapper) == _named(around)


def _named(function: Any) -> tuple[Any, Any]:
    return getattr(function, "__module__", None), getattr(function, "__qualname__", None)
