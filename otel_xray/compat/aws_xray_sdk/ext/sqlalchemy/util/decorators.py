"""Decorators of sessions and queries, whose methods become subsegments."""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine.base import Connection

from otel_xray.compat.databases import REMOTE, url_text
from otel_xray.instrument.shield import Shield

from ....core import xray_recorder
from ...util import strip_url

_ENGINE = re.compile(r"Engine\((.*?)\)")

_shield = Shield("describing an ORM call for X-Ray")


class RecordedSession:
    """A session the calls of whose methods are recorded."""


class RecordedQuery:
    """A query the calls of whose methods are recorded."""


_KINDS: dict[str, Any] = {
    "sqlalchemy.orm.session": RecordedSession,
    "sqlalchemy.orm.query": RecordedQuery,
}


def decorate_all_functions(function_decorator: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """
    Return a decorator of classes that decorates the public methods of their bases.

    Args:
        function_decorator: takes a base and a method of it, and returns what replaces that.
    """

    def decorator(cls: Any) -> Any:
        for base in cls.__bases__:
            for name, member in list(vars(base).items()):
                if not name.startswith("_") and isinstance(member, types.FunctionType):
                    setattr(base, name, function_decorator(base, member))
        return cls

    return decorator


def xray_on_call(cls: Any, func: Any) -> Any:
    """Return *func*, a method of *cls*; a call with a session or query of ours is a subsegment."""
    module = str(cls.__module__)

    def wrapper(*args: Any, **kw: Any) -> Any:
        sql = None
        with _shield:
            sql = _described(module, args)
        if sql is None or not _is_traced():
            return func(*args, **kw)
        subsegment = xray_recorder.begin_subsegment(strip_url(sql["url"]), namespace=REMOTE)
        try:
            return func(*args, **kw)
        finally:
            if subsegment is not None:
                subsegment.set_sql(sql)
                subsegment.put_annotation("sqlalchemy", f"{module}.{func.__name__}")
                xray_recorder.end_subsegment()

    update_wrapper(wrapper, func)
    del wrapper.__wrapped__  # type: ignore[attr-defined]  # it is no patch that could be taken off
    return wrapper


def parse_bind(bind: Any) -> dict[str, Any] | None:
    """
    Return what is told of the database of an engine or connection: members of a ``sql`` block.

    Returns:
        None for a session that has no engine of its own.
    """
    engine = bind.engine if isinstance(bind, Connection) else bind
    found = _ENGINE.match(str(engine))
    if found is None:
        return None
    url = urlsplit(found.group(1))
    if url.password is not None:
        host = url.netloc.rpartition("@")[-1]
        url = url._replace(netloc=f"{url.username}@{host}")
    sql = {"database_type": url.scheme, "url": url_text(url)}
    if url.username is not None:
        sql["user"] = url.username
    return sql


def _described(module: str, args: tuple[Any, ...]) -> dict[str, Any] | None:
    """Return the ``sql`` block of a call; None when no session or query of ours is in *args*."""
    kind = _KINDS.get(module, ())
    caller: Any = next((one for one in args if isinstance(one, kind)), None)
    if caller is None:
        return None
    if kind is RecordedSession:
        return parse_bind(caller.bind)
    sql = parse_bind(caller.session.bind)
    if sql is not None and xray_recorder.stream_sql:
        sql["sanitized_query"] = str(caller)
    return sql


def _is_traced() -> bool:
    """Say whether there is anything to record a call in; none is missing where there never was."""
    from opentelemetry import trace

    local = getattr(xray_recorder.context, "_local", None)
    return (
        local is None  # a context of the application's own
        or bool(getattr(local, "entities", None))
        or xray_recorder.context.context_missing is None  # in Lambda there always is a segment
        or trace.get_current_span().get_span_context().is_valid
    )
