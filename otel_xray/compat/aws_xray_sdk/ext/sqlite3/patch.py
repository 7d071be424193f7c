"""Connections to SQLite, whose queries become subsegments."""

from __future__ import annotations

from typing import Any

from otel_xray.compat import databases, functions
from otel_xray.compat.databases import SQLITE3

from ..dbapi2 import XRayTracedConn


class XRayTracedSQLite(XRayTracedConn):
    """A connection that also records the queries that it runs itself."""

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Run a query in a subsegment and return its cursor."""
        return self.cursor().execute(*args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        """Run a query for many parameters in a subsegment and return its cursor."""
        return self.cursor().executemany(*args, **kwargs)

    def backup(self, target: Any, **kwargs: Any) -> None:
        """Copy the database into that of *target*, which may be recorded, too."""
        self.__wrapped__.backup(getattr(target, "__wrapped__", target), **kwargs)


def patch() -> None:
    """Record the queries of connections that are opened from now on."""
    functions.wrap(SQLITE3.module, "connect", _xray_traced_connect)


def _xray_traced_connect(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> XRayTracedSQLite:
    return XRayTracedSQLite(*databases.opened(SQLITE3, wrapped, args, kwargs))
