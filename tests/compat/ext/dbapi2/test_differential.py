"""Each driver under the X-Ray SDK and under the alias, on a real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.compat.ext import differential
from tests.compat.ext.databases import DATABASE, Server

PROGRAM = "tests.compat.ext.dbapi2.application"


def compared(driver: str, module: str, *args: Any, **kwargs: Any) -> list[Any]:
    """Return the documents that both send after the same calls have had the same outcomes."""
    environment = {
        "SHOP_DRIVER": driver,
        "SHOP_MODULE": module,
        "SHOP_LOGIN": json.dumps({"args": args, "kwargs": kwargs}),
    }
    theirs, ours = differential.both(PROGRAM, environment)
    assert theirs == ours
    return ours.documents


def sql_of(documents: list[Any]) -> set[tuple[str, str]]:
    """Return name and ``sql`` block of the queries."""
    calls = [one for one in documents if one.get("namespace") == "remote"]
    return {(one["name"], json.dumps(one["sql"], sort_keys=True)) for one in calls}


def test_sqlite3(tmp_path: Path) -> None:
    """Queries are called after the file of the database."""
    path = str(tmp_path / "orders.db")
    assert {path} == {name for name, _ in sql_of(compared("sqlite3", "sqlite3", path))}


@pytest.mark.parametrize(
    ("driver", "name"), [("psycopg2", "dbname"), ("psycopg", "dbname"), ("pg8000", "database")]
)
def test_postgresql(postgresql: Server, driver: str, name: str) -> None:
    """Queries are called after the method; the block has no password."""
    told = sql_of(compared(driver, driver, **postgresql.login, **{name: DATABASE}))
    assert {"execute", "executemany", "callproc"} == {name for name, _ in told}
    assert not any(postgresql.login["password"] in sql for _, sql in told)


@pytest.mark.parametrize(
    ("driver", "module", "options", "names"),
    [
        ("pymysql", "pymysql", {}, {"execute", "executemany", "callproc"}),
        # The collation that it takes by default is unknown to MariaDB.
        ("mysql", "mysql.connector", {"collation": "utf8mb4_general_ci"}, {"127.0.0.1"}),
    ],
)
def test_mysql(
    mariadb: Server, driver: str, module: str, options: dict[str, Any], names: set[str]
) -> None:
    """Queries are called after the method, or after the host."""
    documents = compared(driver, module, **mariadb.login, database=DATABASE, **options)
    assert names == {name for name, _ in sql_of(documents)}
