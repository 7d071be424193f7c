"""Connections of MySQL's own connector, whose queries become subsegments."""

from __future__ import annotations

from typing import Any

import mysql.connector

from otel_xray.compat import databases, functions
from otel_xray.compat.databases import MYSQL
from otel_xray.compat.databases import version as sanitize_db_ver

from ..dbapi2 import XRayTracedConn

__all__ = ["patch", "sanitize_db_ver"]


def patch() -> None:
    """Record the queries of connections that are opened from now on."""
    functions.wrap(MYSQL.module, "connect", _xray_traced_connect)
    mysql.connector.Connect = mysql.connector.connect


def _xray_traced_connect(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> XRayTracedConn:
    return XRayTracedConn(*databases.opened(MYSQL, wrapped, args, kwargs))
