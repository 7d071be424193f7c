"""Connections and cursors of DB-API drivers, whose queries become subsegments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any

import wrapt

from otel_xray.compat.databases import REMOTE

from ..core import xray_recorder

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _recorded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let each call of *method* be a subsegment."""

    @wraps(method)
    def recorded(self: Any, *args: Any, **kwargs: Any) -> Any:
        return xray_recorder.record_subsegment(
            method,
            self,
            (self, *args),
            kwargs,
            name=method.__name__,
            namespace=REMOTE,
            meta_processor=None,
        )

    return recorded


class XRayTracedConn(wrapt.ObjectProxy):  # type: ignore[type-arg]  # wrapt 1 takes none
    """A connection whose cursors record their queries; in everything else it is the driver's."""

    _xray_meta: Any = None

    def __init__(self, conn: Any, meta: Any = _NOTHING) -> None:
        """
        Stand for *conn*.

        Args:
            conn: of the driver.
            meta: what is told of the database with each query: ``name`` of the subsegment, and
                members of its ``sql`` block.
        """
        super().__init__(conn)
        self._xray_meta = {} if meta is _NOTHING else meta

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """Return a cursor that records its queries."""
        return XRayTracedCursor(self.__wrapped__.cursor(*args, **kwargs), self._xray_meta)


class XRayTracedCursor(wrapt.ObjectProxy):  # type: ignore[type-arg]  # wrapt 1 takes none
    """A cursor that records its queries; in everything else it is the driver's."""

    _xray_meta: Any = None

    def __init__(self, cursor: Any, meta: Any = _NOTHING) -> None:
        """
        Stand for *cursor*.

        Args:
            cursor: of the driver, after which the type of the database is called if *meta* does
                not say it.
            meta: see `XRayTracedConn`.
        """
        super().__init__(cursor)
        self._xray_meta = {} if meta is _NOTHING else meta
        if not self._xray_meta.get("database_type"):
            self._xray_meta["database_type"] = type(cursor).__module__.partition(".")[0]

    def __enter__(self) -> Any:
        entered = self.__wrapped__.__enter__()
        return self if entered is self.__wrapped__ else entered

    @_recorded
    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run *query* in a subsegment."""
        add_sql_meta(self._xray_meta)
        return self.__wrapped__.execute(query, *args, **kwargs)

    @_recorded
    def executemany(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Run *query* for many parameters in a subsegment."""
        add_sql_meta(self._xray_meta)
        return self.__wrapped__.executemany(query, *args, **kwargs)

    @_recorded
    def callproc(self, proc: Any, args: Any = ()) -> Any:
        """Call the procedure *proc* in a subsegment."""
        add_sql_meta(self._xray_meta)
        return self.__wrapped__.callproc(proc, args)


def add_sql_meta(meta: dict[str, Any]) -> None:
    """
    Tell the current subsegment which database it calls.

    Args:
        meta: members of the ``sql`` block, and ``name`` for the subsegment, if it gets another.
    """
    subsegment = xray_recorder.current_subsegment()
    if not subsegment:
        return
    told = dict(meta)
    name = told.get("name")
    if name:
        subsegment.name = told.pop("name")
    subsegment.set_sql(told)
    subsegment.namespace = REMOTE
