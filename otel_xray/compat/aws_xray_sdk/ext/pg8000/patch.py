"""Connections of pg8000, whose queries become subsegments."""

from __future__ import annotations

from typing import Any

import pg8000

from otel_xray.compat import databases, functions
from otel_xray.compat.databases import PG8000

from ...core.patcher import _PATCHED_MODULES  # pyright: ignore[reportPrivateUsage]  its contract
from ..dbapi2 import XRayTracedConn
from ..util import unwrap


def patch() -> None:
    """Record the queries of connections that are opened from now on."""
    functions.wrap(PG8000.module, "connect", _xray_traced_connect)


def unpatch() -> None:
    """Record no new connections any more; harmless when nothing is patched."""
    _PATCHED_MODULES.discard("pg8000")
    unwrap(pg8000, "connect")


def _xray_traced_connect(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> XRayTracedConn:
    return XRayTracedConn(*databases.opened(PG8000, wrapped, args, kwargs))
