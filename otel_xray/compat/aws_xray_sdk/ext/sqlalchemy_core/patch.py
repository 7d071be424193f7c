"""Statements that SQLAlchemy executes, which become subsegments."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote_plus, urlsplit

from sqlalchemy.sql.expression import ClauseElement

from otel_xray.compat import functions
from otel_xray.compat.databases import REMOTE, url_text, version

from ...core import xray_recorder
from ...core.patcher import _PATCHED_MODULES  # pyright: ignore[reportPrivateUsage]  its contract
from ...core.utils import stacktrace
from ..util import unwrap

log = logging.getLogger(__name__)


def patch() -> None:
    """Record what connections and sessions execute from now on."""
    functions.wrap("sqlalchemy.engine.base", "Connection.execute", _xray_traced_sqlalchemy_execute)
    functions.wrap("sqlalchemy.orm.session", "Session.execute", _xray_traced_sqlalchemy_session)


def unpatch() -> None:
    """Record nothing any more; harmless when nothing is patched."""
    import sqlalchemy.orm.session

    _PATCHED_MODULES.discard("sqlalchemy_core")
    unwrap(sqlalchemy.engine.base.Connection, "execute")
    unwrap(sqlalchemy.orm.session.Session, "execute")


def _xray_traced_sqlalchemy_execute(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return _process_request(wrapped, instance, args, kwargs)


def _xray_traced_sqlalchemy_session(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return _process_request(wrapped, instance.bind, args, kwargs)


def _process_request(wrapped: Any, engine_instance: Any, args: Any, kwargs: Any) -> Any:
    name, sql = _sql_meta(engine_instance, args)
    subsegment = None
    if sql is not None:
        subsegment = xray_recorder.begin_subsegment(name, namespace=REMOTE)
    try:
        return wrapped(*args, **kwargs)
    except Exception as error:
        if subsegment is not None:
            stack = stacktrace.get_stacktrace(limit=xray_recorder.max_trace_back)
            subsegment.add_exception(error, stack)
        raise
    finally:
        if subsegment is not None:
            subsegment.set_sql(sql)
            xray_recorder.end_subsegment()


def _sql_meta(engine_instance: Any, args: Any) -> tuple[Any, dict[str, Any] | None]:
    """Return the name of the subsegment, and the members of its ``sql`` block."""
    try:
        return _described(engine_instance, args)
    except Exception:
        log.exception("The database of a statement could not be described.")
        return None, None


def _described(connectable: Any, args: Any) -> tuple[str, dict[str, Any]]:
    engine, dialect = connectable.engine, connectable.dialect
    # SQLAlchemy does not quote the user's name as a URL wants it.
    url = urlsplit(str(engine.url._replace(username=None, password=None)))
    name = url.netloc
    if engine.url.username:
        url = url._replace(netloc=f"{quote_plus(engine.url.username)}@{name}")
    driver_version = getattr(dialect, f"{engine.driver}_version", None)
    sql = {
        "url": url_text(url),
        "user": url.username,
        "database_type": engine.name,
        "driver_version": "-".join(filter(None, (engine.driver, version(driver_version)))),
    }
    if dialect.server_version_info is not None:
        sql["database_version"] = version(dialect.server_version_info)
    if xray_recorder.stream_sql:
        sql |= _query(engine, *args)
    return name, sql


def _query(engine: Any, *args: Any) -> dict[str, str]:
    """Return the text of a statement, without its parameters; nothing when it has none."""
    try:
        statement = args[0]
        compiled = statement.compile(engine) if isinstance(statement, ClauseElement) else statement
        return {"sanitized_query": str(compiled)}
    except Exception:
        log.exception("The text of a statement could not be recorded.")
        return {}
