"""Connections of psycopg and of its pools, whose queries become subsegments."""

from __future__ import annotations

from typing import Any

from otel_xray.compat import databases, functions
from otel_xray.compat.databases import PSYCOPG

from ..dbapi2 import XRayTracedConn


def patch() -> None:
    """Record the queries of connections that are opened from now on."""
    functions.wrap(PSYCOPG.module, "connect", _xray_traced_connect)
    functions.wrap("psycopg_pool.pool", "ConnectionPool._connect", _xray_traced_connect)


def _xray_traced_connect(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> XRayTracedConn:
    return XRayTracedConn(*databases.opened(PSYCOPG, wrapped, args, kwargs))
