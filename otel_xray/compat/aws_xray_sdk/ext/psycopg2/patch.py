"""Connections of psycopg2, whose queries become subsegments."""

from __future__ import annotations

from typing import Any

from otel_xray.compat import databases, functions
from otel_xray.compat.databases import PSYCOPG2

from ..dbapi2 import XRayTracedConn, XRayTracedCursor

_TRACED = (XRayTracedConn, XRayTracedCursor)
# They take a connection or a cursor and, being written in C, only the driver's own.
_TAKE_CONNECTIONS = {
    "psycopg2.extensions": ("register_type", "quote_ident", "encrypt_password"),
    "psycopg2.extras": (
        "register_default_jsonb",
        "register_default_json",
        "register_json",
        "register_range",
    ),
}


def patch() -> None:
    """Record the queries of connections that are opened from now on."""
    functions.wrap(PSYCOPG2.module, "connect", _xray_traced_connect)
    for module, names in _TAKE_CONNECTIONS.items():
        for name in names:
            functions.wrap(module, name, _xray_register_type_fix)


def _xray_traced_connect(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> XRayTracedConn:
    return XRayTracedConn(*databases.opened(PSYCOPG2, wrapped, args, kwargs))


def _xray_register_type_fix(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
    own = {name: _drivers_own(value) for name, value in kwargs.items()}
    return wrapped(*map(_drivers_own, args), **own)


def _drivers_own(value: Any) -> Any:
    # By its type: a proxy says that it is of the class that it stands for.
    return value.__wrapped__ if issubclass(type(value), _TRACED) else value
