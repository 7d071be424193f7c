"""
OpenTelemetry's own instrumentations of the libraries that we instrument, too.

Two on one library would make two spans of each call. Whoever applies OpenTelemetry's, before ours
or after it, means it: ours then passes calls on, and takes over again when that one is taken back.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

PACKAGE = "opentelemetry.instrumentation"

_RIVALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "aiobotocore": (f"{PACKAGE}.botocore", "AiobotocoreInstrumentor"),
        "botocore": (f"{PACKAGE}.botocore", "BotocoreInstrumentor"),
        "requests": (f"{PACKAGE}.requests", "RequestsInstrumentor"),
    }
)


def trace(library: str) -> bool:
    """Say whether the calls through *library* are traced by OpenTelemetry's instrumentation."""
    module, kind = _RIVALS[library]
    loaded = sys.modules.get(module)
    return loaded is not None and is_applied(getattr(loaded, kind, None))


def is_applied(kind: Any) -> bool:
    """
    Say whether a class of OpenTelemetry's instrumentations is in use, whoever has applied it.

    Each has one instance; making it anew, as its constructor would, resets its options.
    """
    instance = getattr(kind, "_instance", None)
    return bool(getattr(instance, "is_instrumented_by_opentelemetry", False))
