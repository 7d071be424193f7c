"""One word for how an entity ended, as X-Ray ranks them."""

from __future__ import annotations

from otel_xray.console.entity import ERROR, FAULT, THROTTLE

PENDING = "pending"
OK = "ok"

_RANKED = ((THROTTLE, "throttle"), (FAULT, "fault"), (ERROR, "error"))


def status(flags: int, *, in_progress: bool) -> str:
    """Return ``pending``, ``throttle``, ``fault``, ``error`` or ``ok``."""
    if in_progress:
        return PENDING
    return next((word for flag, word in _RANKED if flags & flag), OK)
