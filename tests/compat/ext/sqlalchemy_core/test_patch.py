"""Statements through SQLAlchemy under the X-Ray SDK and under the alias."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy
from sqlalchemy.engine.base import Connection
from sqlalchemy.orm.session import Session

from otel_xray.testing import Recording
from tests.compat.ext import differential, queries
from tests.compat.ext.conftest import Patch
from tests.compat.ext.databases import DATABASE, HOST, Server

PROGRAM = "tests.compat.ext.sqlalchemy_core.application"
WRAPPED = ((Connection, "execute"), (Session, "execute"))


def remote(outcome: differential.Outcome) -> list[Any]:
    """Return the documents of the statements."""
    return [one for one in outcome.documents if one.get("namespace") == "remote"]


def url(server: Server, driver: str, user: str = "shop") -> str:
    """Return the URL of a database."""
    password = quote(server.login["password"])
    return f"{driver}://{quote(user)}:{password}@{HOST}:{server.port}/{DATABASE}"


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "pg8000"])
def test_statements_are_the_originals(postgresql: Server, driver: str) -> None:
    """Name, block and text of each, on each driver; no parameter and no password is told."""
    address = url(postgresql, f"postgresql+{driver}")
    theirs, ours = differential.both(PROGRAM, {"SHOP_URL": address})
    assert theirs == ours

    told = remote(ours)
    assert {f"{HOST}:{postgresql.port}"} == {one["name"] for one in told}
    assert {"shop"} == {one["sql"]["user"] for one in told}
    assert "pen" not in json.dumps(told)
    assert quote(postgresql.login["password"]) not in json.dumps(told)
    texts = ["sanitized_query" in one["sql"] for one in told]
    assert texts == sorted(texts, reverse=True)
    assert texts.count(True) == texts.count(False) > 0


def test_statements_on_mariadb_are_the_originals(mariadb: Server) -> None:
    """The version of the server is in points."""
    theirs, ours = differential.both(PROGRAM, {"SHOP_URL": url(mariadb, "mysql+pymysql")})
    assert theirs == ours
    assert {"mariadb", "mysql"} >= {one["sql"]["database_type"] for one in remote(ours)}


def test_statements_on_sqlite(alias: None, patch: Patch, tmp_path: Path) -> None:
    """It has no host, so the subsegment has no name; the user is none, not left out."""
    patch("sqlalchemy_core", *WRAPPED)
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/orders.db")
    with engine.connect() as connection:
        told = queries.recorded(lambda: connection.execute(sqlalchemy.text("SELECT 1")))
    engine.dispose()

    (sql,) = [one["sql"] for one in told]
    assert str(tmp_path).lstrip("/") in sql.pop("url")
    assert {
        "user": None,
        "database_type": "sqlite",
        "driver_version": "pysqlite",
        "database_version": sqlite3.sqlite_version,
        "sanitized_query": "SELECT 1",
    } == sql
    assert not any(one.get("name") for one in told)


def test_a_users_name_is_quoted(alias: None, patch: Patch, postgresql: Server) -> None:
    """In the URL and in the block, as in the X-Ray SDK."""
    patch("sqlalchemy_core", *WRAPPED)
    engine = sqlalchemy.create_engine(url(postgresql, "postgresql+psycopg2"))
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text('DROP ROLE IF EXISTS "a@b c"'))
        password = postgresql.login["password"]
        connection.execute(sqlalchemy.text(f"CREATE ROLE \"a@b c\" LOGIN PASSWORD '{password}'"))
        connection.commit()
    other = sqlalchemy.create_engine(url(postgresql, "postgresql+psycopg2", "a@b c"))
    with other.connect() as connection:
        (told,) = queries.recorded(lambda: connection.execute(sqlalchemy.text("SELECT 1")))
    engine.dispose()
    other.dispose()
    assert "a%40b+c" == told["sql"]["user"]
    assert f"//a%40b+c@{HOST}:" in told["sql"]["url"]


def test_a_statement_that_cannot_be_described_is_executed(
    patch: Patch, postgresql: Server, recorded: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """It is only recorded without its text."""
    patch("sqlalchemy_core", *WRAPPED)
    engine = sqlalchemy.create_engine(url(postgresql, "postgresql+psycopg2"))

    def fail() -> None:
        with engine.connect() as connection:
            connection.execute(statement=sqlalchemy.text("SELECT 1"))

    (told,) = queries.recorded(fail)
    engine.dispose()
    assert "sanitized_query" not in told["sql"]
    assert "The text of a statement could not be recorded." in caplog.messages


def test_unpatch_restores(patch: Patch) -> None:
    """Under wrapt 2 the X-Ray SDK's does not; it may be called again, and before any patch."""
    unpatch = import_module("aws_xray_sdk.ext.sqlalchemy_core").unpatch
    before = (Connection.execute, Session.execute)
    unpatch()
    patch("sqlalchemy_core", *WRAPPED)
    assert all(
        one is not other
        for one, other in zip(before, (Connection.execute, Session.execute), strict=True)
    )
    unpatch()
    unpatch()
    assert before == (Connection.execute, Session.execute)


def test_the_orm_waits_for_its_import() -> None:
    """Patching loads nothing that the application has not loaded, and misses nothing."""
    program = """
import sys
from otel_xray import compat
compat.install()
from aws_xray_sdk.core import patch_all, xray_recorder
import sqlalchemy
patch_all()
assert "sqlalchemy.orm.session" not in sys.modules
from sqlalchemy.orm import Session
xray_recorder.configure(sampling=False)
with xray_recorder.in_segment("shop") as segment:
    with Session(sqlalchemy.create_engine("sqlite://")) as session:
        session.execute(sqlalchemy.text("SELECT 1"))
assert segment.subsegments[0].sql["database_type"] == "sqlite"
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], check=False)
    assert 0 == done.returncode
