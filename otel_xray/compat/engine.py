"""
What makes spans of entities, loaded when the first entity begins.

Modules of the alias are imported by every function that has the X-Ray SDK's code in it, traced or
not; OpenTelemetry's modules cost more than all of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["current", "recording"]

if TYPE_CHECKING:  # what the names stand for
    from otel_xray.compat import current, recording
else:

    class _Late:
        """A module that is imported when something of it is asked for."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, attribute: str) -> Any:
            module = import_module(self._name)
            vars(self).update(vars(module))
            return getattr(module, attribute)

    current = _Late("otel_xray.compat.current")
    recording = _Late("otel_xray.compat.recording")
