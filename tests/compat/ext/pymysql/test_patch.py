"""The patch of PyMySQL, whose functions are classes."""

from __future__ import annotations

from importlib import import_module

import pymysql
import pytest

from otel_xray.testing import Recording
from tests.compat.ext import queries
from tests.compat.ext.conftest import Patch
from tests.compat.ext.databases import Server

WRAPPED = ((pymysql, "connect"), (pymysql, "Connect"))


def test_unpatch_restores_both_names(patch: Patch) -> None:
    """Under wrapt 2 the X-Ray SDK's does not; it may be called again, and before any patch."""
    before = pymysql.connect
    unpatch = import_module("aws_xray_sdk.ext.pymysql").unpatch
    unpatch()
    patch("pymysql", *WRAPPED)
    assert before is not pymysql.connect
    assert pymysql.connect is pymysql.Connect
    unpatch()
    unpatch()
    assert (before, before) == (pymysql.connect, pymysql.Connect)
    assert "connect" in vars(pymysql)


def test_a_connection_is_still_of_the_class(
    patch: Patch, mariadb: Server, recorded: Recording
) -> None:
    """``connect`` is a class of PyMySQL's, and applications ask isinstance."""
    is_class = isinstance(pymysql.connect, type)
    patch("pymysql", *WRAPPED)
    assert is_class == isinstance(pymysql.connect, type)
    connection = pymysql.connect(**mariadb.login)
    assert isinstance(connection, pymysql.connections.Connection)
    if is_class:
        assert isinstance(connection, pymysql.connect)
    (told,) = queries.recorded(lambda: connection.cursor().execute("SELECT 1"))
    connection.close()
    assert ("execute", "MySQL", "shop") == (
        told["name"],
        told["sql"]["database_type"],
        told["sql"]["user"],
    )


@pytest.mark.parametrize("library", ["mysql", "pymysql"])
@pytest.mark.parametrize(
    ("raw", "told"),
    [((8, 0, 36), "8.0.36"), ("8.0.36", "8.0.36"), (None, None), ("", None), ((), None)],
)
def test_a_version_is_written_in_points(
    alias: None, library: str, raw: object, told: str | None
) -> None:
    """Numbers are joined, text stays, and what is empty is left out."""
    assert told == import_module(f"aws_xray_sdk.ext.{library}.patch").sanitize_db_ver(raw)
