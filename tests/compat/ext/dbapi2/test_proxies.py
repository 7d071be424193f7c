"""Connections and cursors that stand for the driver's."""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import wrapt

from otel_xray.testing import Recording
from tests.compat.ext import queries


@pytest.fixture
def dbapi2(alias: None) -> Any:
    """Return the module."""
    return import_module("aws_xray_sdk.ext.dbapi2")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Return a connection that nobody has patched."""
    opened = sqlite3.Connection(":memory:")
    yield opened
    opened.close()


def test_a_proxy_is_what_it_stands_for(dbapi2: Any, connection: sqlite3.Connection) -> None:
    """It has the driver's class and attributes, and takes the application's."""
    traced = dbapi2.XRayTracedConn(connection)
    assert isinstance(traced, sqlite3.Connection)
    assert isinstance(traced, wrapt.ObjectProxy)
    assert isinstance(traced.cursor(), sqlite3.Cursor)
    assert connection is traced.__wrapped__
    traced.row_factory = sqlite3.Row
    assert sqlite3.Row is connection.row_factory
    with traced as entered:
        assert entered is connection  # as in the X-Ray SDK: only cursors stay proxies


def test_each_proxy_has_a_description_of_its_own(
    dbapi2: Any, connection: sqlite3.Connection
) -> None:
    """What one is told does not become the other's; the X-Ray SDK's share one."""
    first = dbapi2.XRayTracedConn(connection)
    first.cursor()
    assert {"database_type": "sqlite3"} == first._xray_meta
    assert {} == dbapi2.XRayTracedConn(connection)._xray_meta


def test_what_is_told_is_the_applications_dict(
    dbapi2: Any, connection: sqlite3.Connection, recorded: Recording
) -> None:
    """The type of the database is added to it, unless it is there; later changes count."""
    meta = {"name": "orders", "user": "shop"}
    cursor = dbapi2.XRayTracedConn(connection, meta).cursor()
    assert {"name": "orders", "user": "shop", "database_type": "sqlite3"} == meta
    meta["user"] = "admin"

    assert queries.recorded(lambda: cursor.execute("SELECT 1")) == [
        {
            "name": "orders",
            "namespace": "remote",
            "sql": {"user": "admin", "database_type": "sqlite3"},
        }
    ]
    (span,) = [one for one in recorded.spans if one.name == "orders"]
    assert "CLIENT" == span.kind.name


def test_a_query_without_a_segment_is_run(
    dbapi2: Any, connection: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """It returns what the driver does, and the log says that nothing is recorded."""
    cursor = dbapi2.XRayTracedConn(connection).cursor()
    assert [(1,)] == cursor.execute("SELECT 1").fetchall()
    assert "No segment found, cannot begin subsegment execute." in caplog.messages


def test_a_query_without_a_segment_raises_if_that_is_asked(
    dbapi2: Any, connection: sqlite3.Connection
) -> None:
    """The strategy RUNTIME_ERROR holds for queries, too."""
    queries.recorder().configure(context_missing="RUNTIME_ERROR")
    exceptions = import_module("aws_xray_sdk.core.exceptions.exceptions")
    cursor = dbapi2.XRayTracedConn(connection).cursor()
    with pytest.raises(exceptions.SegmentNotFoundException):
        cursor.execute("SELECT 1")


def test_a_procedure_without_arguments_is_called(dbapi2: Any, recorded: Recording) -> None:
    """Drivers allow that; the X-Ray SDK's cursor raises TypeError."""

    class Cursor:
        def callproc(self, name: str, args: tuple[Any, ...] = ()) -> tuple[Any, ...]:
            return (name, *args)

    cursor = dbapi2.XRayTracedCursor(Cursor())
    assert ["proc", "args"] == list(inspect.signature(cursor.callproc).parameters)
    (told,) = queries.recorded(lambda: cursor.callproc("tidy"))
    assert "callproc" == told["name"]


def test_what_a_driver_enters_instead_is_left_alone(dbapi2: Any) -> None:
    """A block gets the proxy only where the driver's cursor returns itself."""

    class Cursor:
        def __enter__(self) -> str:
            return "another"

        def __exit__(self, *_: object) -> None:
            """End the block."""

    with dbapi2.XRayTracedCursor(Cursor()) as entered:
        assert "another" == entered


def test_without_a_subsegment_nothing_is_told(dbapi2: Any) -> None:
    """There is nobody to tell which database it is."""
    meta = {"name": "orders"}
    with queries.recorder().in_segment("shop", sampling=1):
        dbapi2.add_sql_meta(meta)
    assert {"name": "orders"} == meta
