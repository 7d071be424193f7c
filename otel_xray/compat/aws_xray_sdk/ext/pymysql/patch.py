"""Connections of PyMySQL, whose queries become subsegments."""

from __future__ import annotations

from typing import Any

import pymysql

from otel_xray.compat import databases, functions
from otel_xray.compat.databases import PYMYSQL
from otel_xray.compat.databases import version as sanitize_db_ver

from ...core.patcher import _PATCHED_MODULES  # pyright: ignore[reportPrivateUsage]  its contract
from ..dbapi2 import XRayTracedConn
from ..util import unwrap

__all__ = ["patch", "sanitize_db_ver", "unpatch"]


def patch() -> None:
    """Record the queries of connections that are opened from now on."""
    functions.wrap(PYMYSQL.module, "connect", _xray_traced_connect)
    pymysql.Connect = pymysql.connect


def unpatch() -> None:
    """Record no new connections any more; harmless when nothing is patched."""
    _PATCHED_MODULES.discard("pymysql")
    unwrap(pymysql, "connect")
    unwrap(pymysql, "Connect")


def _xray_traced_connect(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> XRayTracedConn:
    return XRayTracedConn(*databases.opened(PYMYSQL, wrapped, args, kwargs))
