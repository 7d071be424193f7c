"""Databases of Django, whose queries are subsegments."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from ...core import xray_recorder
from ..dbapi2 import XRayTracedCursor

log = logging.getLogger(__name__)

_CURSORS = ("cursor", "chunked_cursor")
_MEMBERS = {"name": "HOST", "user": "USER"}  # of the sql block, and what Django calls them


def patch_db() -> None:
    """Record the queries of all databases that Django is configured with."""
    for connection in connections.all():
        module = importlib.import_module(type(connection).__module__)
        _patch_conn(getattr(module, type(connection).__name__))


class DjangoXRayTracedCursor(XRayTracedCursor):
    """A cursor whose queries are subsegments, with their text if the recorder streams SQL."""

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run *query* in a subsegment."""
        with self._told(query):
            return super().execute(query, *args, **kwargs)

    def executemany(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run *query* for many parameters in a subsegment."""
        with self._told(query):
            return super().executemany(query, *args, **kwargs)

    def callproc(self, proc: Any, args: Any = ()) -> Any:
        """Call the procedure *proc* in a subsegment."""
        with self._told(proc):
            return super().callproc(proc, args)

    @contextmanager
    def _told(self, query: Any) -> Generator[None]:
        before: dict[str, Any] = self._xray_meta
        if xray_recorder.stream_sql:
            self._xray_meta = {**before, "sanitized_query": query}
        try:
            yield
        finally:
            self._xray_meta = before


def _patch_conn(conn: type[Any]) -> None:
    for cursor_name in _CURSORS:
        _patch_cursor(cursor_name, conn)


def _patch_cursor(cursor_name: str, conn: type[Any]) -> None:
    attr = f"_xray_original_{cursor_name}"
    if hasattr(conn, attr):
        log.debug("%s of %s is patched already.", cursor_name, conn.__name__)
        return
    if not hasattr(conn, cursor_name):
        log.debug("%s has no %s.", conn.__name__, cursor_name)
        return
    setattr(conn, attr, getattr(conn, cursor_name))

    def cursor(self: Any, *args: Any, **kwargs: Any) -> DjangoXRayTracedCursor:
        return DjangoXRayTracedCursor(getattr(self, attr)(*args, **kwargs), _meta(self))

    setattr(conn, cursor_name, cursor)


def _meta(connection: Any) -> dict[str, Any]:
    """Return what is told of a connection with each query; a new dict for each cursor."""
    settings = getattr(connection, "settings_dict", {})
    told = {"database_type": connection.vendor} if hasattr(connection, "vendor") else {}
    told |= {member: settings[key] for member, key in _MEMBERS.items() if settings.get(key)}
    return told
