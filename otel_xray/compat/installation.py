"""
How ``import aws_xray_sdk`` comes to mean this package's modules.

They are real modules of that name, found by a finder of ours before any other is asked. Modules of
the original that were imported already are put aside, and put back by `uninstall`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from otel_xray import settings
from otel_xray.compat import way_out

ALIAS = "aws_xray_sdk"

_LOCATION = [os.path.dirname(__file__)]  # noqa: PTH120  pathlib costs more than all the rest


class _Finder:
    """Finds the alias's package; Python finds the modules in it by the package's own path."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  as the import system calls it
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(name, _LOCATION, target) if name == ALIAS else None


_finder = _Finder()
_original: dict[str, ModuleType] = {}


def install() -> None:
    """
    Make ``aws_xray_sdk`` and everything below it this package's modules.

    It does not matter whether the X-Ray SDK is installed. What the application has imported from
    it before stays the original's, so this comes first. Harmless when repeated; does nothing when
    ``OTEL_XRAY_COMPAT`` is false.
    """
    if _finder in sys.meta_path or not settings.alias_enabled():
        return
    _original.update(_taken_out())
    way_out.to_daemon(*settings.DAEMON_ADDRESS)
    sys.meta_path.insert(0, _finder)


def uninstall() -> None:
    """Make ``aws_xray_sdk`` what it was before `install`; harmless when repeated."""
    if _finder not in sys.meta_path:
        return
    sys.meta_path.remove(_finder)
    _taken_out()
    way_out.forget()
    sys.modules.update(_original)
    _original.clear()


def _taken_out() -> dict[str, ModuleType]:
    """Return the loaded modules of that name, and make Python forget them."""
    names = [name for name in sys.modules if name == ALIAS or name.startswith(f"{ALIAS}.")]
    return {name: sys.modules.pop(name) for name in names}
