"""
Run a function after a module has been imported, without importing it.

A finder at the head of ``sys.meta_path`` lets the other finders find a watched module and puts a
loader around theirs that calls back once the module has been executed: at its first import and
again at each ``importlib.reload``. The module itself names its real loader. The finder leaves
``sys.meta_path`` when nothing is watched any more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from threading import Lock
from types import ModuleType
from typing import Any, TypeAlias

Callback: TypeAlias = Callable[[ModuleType], None]


def watch(name: str, callback: Callback, key: str = "") -> None:
    """
    Call *callback* with the module *name* after each time that it is executed.

    Args:
        name: dotted, ``package.module``.
        callback: must not raise; what it raises looks like a failed import.
        key: tells apart who watches. A second callback of the same key replaces the first; others
            are called one after the other, in the order in which they were given.
    """
    with _lock:
        _watched[name] = {**_watched.get(name, {}), key: callback}
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)


def forget(name: str, key: str = "") -> None:
    """Call the callback of that *key* for the module *name* no more."""
    with _lock:
        left = {other: kept for other, kept in _watched.pop(name, {}).items() if other != key}
        if left:
            _watched[name] = left
        if not _watched and _finder in sys.meta_path:
            sys.meta_path.remove(_finder)


class _Finder:
    """Finds what the others find, for watched modules only."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = self._found_by_others(name, path, target) if name in _watched else None
        # A namespace package has no loader, and one of before PEP 451 cannot be told apart from
        # the module's execution: both are left as they are.
        if spec is not None and hasattr(spec.loader, "exec_module"):
            loader: Any = _Loader(spec.loader)  # a loader by its attributes, as importlib asks
            spec.loader = loader
        return spec

    def _found_by_others(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        for finder in list(sys.meta_path):
            find_spec = getattr(finder, "find_spec", None)
            if finder is not self and find_spec is not None:
                spec: ModuleSpec | None = find_spec(name, path, target)
                if spec is not None:
                    return spec
        return None


class _Loader:
    """A loader that calls back; in everything else it is the one that it stands for."""

    def __init__(self, original: Any) -> None:
        self._original = original

    def exec_module(self, module: ModuleType) -> None:
        # Before the execution, so that code of the module sees its real loader, too.
        module.__loader__ = self._original
        if module.__spec__ is not None:
            module.__spec__.loader = self._original
        self._original.exec_module(module)
        callbacks = tuple(_watched.get(module.__name__, {}).values())
        if callbacks:
            _bind(module)
        for callback in callbacks:
            callback(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def _bind(module: ModuleType) -> None:
    """Make *module* an attribute of its package, as importlib does next, for who asks by name."""
    package, _, name = module.__name__.rpartition(".")
    if package in sys.modules:
        setattr(sys.modules[package], name, module)


_lock = Lock()
_watched: dict[str, dict[str, Callback]] = {}
_finder = _Finder()
