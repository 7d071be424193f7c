"""
Public names that load their module when they are first used (PEP 562).

Import cost is a contract of this package: ``import otel_xray`` must not load the SDK. A package
that re-exports from heavy modules names them in a table instead of importing them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def attach(package: str, table: Mapping[str, str]) -> tuple[Callable[[str], Any], list[str]]:
    """
    Return the ``__getattr__`` and the ``__all__`` of *package*.

    Args:
        package: its ``__name__``.
        table: public name → the module that defines it.
    """

    def __getattr__(name: str) -> Any:  # noqa: N807  becomes the module's own
        module = table.get(name)
        if module is None:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value = getattr(import_module(module), name)
        setattr(sys.modules[package], name, value)
        return value

    return __getattr__, sorted(table)
