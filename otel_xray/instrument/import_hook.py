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


def watch(name: str, callback: Callback) -> None:
    """
    Call *callback* with the module *name* after each time that it is executed.

    Args:
        name: dotted, ``package.module``. A second callback for it replaces the first.
        callback: must not raise; what it raises looks like a failed import.
    """
    with _lock:
        _watched[name] = callback
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)


def forget(name: str) -> None:
    """Call nothing for the module *name* any more."""
    with _lock:
        _watched.pop(name, None)
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
        callback = _watched.get(module.__name__)
        if callback is not None:
            callback(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


_lock = Lock()
_watched: dict[str, Callback] = {}
_finder = _Finder()
