"""What the modules that a function imports take, as far as that is worth a span."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Import:
    """
    The execution of one module.

    Attributes:
        name: of the module.
        start: nanoseconds since the epoch.
        end: the same; 0 until it is over.
        inside: modules that it imported.
    """

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start
        self.end = 0
        self.inside: list[Import] = []


class ImportTimer:
    """
    Measures imports between `start` and `stop`.

    Modules that other threads import meanwhile are measured as if they were imported here.

    Attributes:
        outermost: what was not imported by something that was measured.
    """

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        """
        Prepare.

        Args:
            clock: nanoseconds since the epoch.
        """
        self._clock = clock
        self.outermost: list[Import] = []
        self._open: list[Import] = []
        self._finding: set[str] = set()

    def start(self) -> None:
        """Measure from now on."""
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Measure no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find what the finders after this one find, with a loader that measures."""
        if name in self._finding:  # another finder that asks all the others, too
            return None
        self._finding.add(name)
        try:
            spec = self._found_by_the_next(name, path, target)
        finally:
            self._finding.discard(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            loader: Any = _Loader(spec.loader, self)  # a loader by its attributes
            spec.loader = loader
        return spec

    def _found_by_the_next(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        finders = list(sys.meta_path)
        after = finders.index(self) + 1 if self in finders else 0  # 0: stopped a moment ago
        for finder in finders[after:]:
            find_spec = getattr(finder, "find_spec", None)
            if find_spec is not None:
                spec: ModuleSpec | None = find_spec(name, path, target)
                if spec is not None:
                    return spec
        return None

    def executed(self, module: ModuleType, execute: Callable[[ModuleType], None]) -> None:
        """Run *execute* for *module* and measure it."""
        own = Import(module.__name__, self._clock())
        (self._open[-1].inside if self._open else self.outermost).append(own)
        self._open.append(own)
        try:
            execute(module)
        finally:
            own.end = self._clock()
            self._open.remove(own)


class _Loader:
    """A loader that measures; in everything else it is the one that it stands for."""

    def __init__(self, original: Any, timer: ImportTimer) -> None:
        self._original = original
        self._timer = timer

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._original
        if module.__spec__ is not None:
            module.__spec__.loader = self._original
        self._timer.executed(module, self._original.exec_module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)
