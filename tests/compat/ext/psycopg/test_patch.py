"""Psycopg without its pools, and with them."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from otel_xray.testing import Recording
from tests.compat.ext import queries
from tests.compat.ext.conftest import Patch
from tests.compat.ext.databases import DATABASE, Server


def test_connections_are_recorded_without_pools(
    patch: Patch, postgresql: Server, recorded: Recording
) -> None:
    """psycopg_pool is another package; without it the X-Ray SDK's patch raises ImportError."""
    patch("psycopg", (psycopg, "connect"))
    connection: Any = psycopg.connect(dbname=DATABASE, **postgresql.login)
    (told,) = queries.recorded(lambda: connection.cursor().execute("SELECT 1"))
    connection.close()
    assert ("execute", "Psycopg 3") == (told["name"], told["sql"]["driver_version"])


def test_connections_of_a_pool_are_recorded(
    patch: Patch, postgresql: Server, recorded: Recording
) -> None:
    """Also when the pools are imported after the patch."""
    patch("psycopg", (psycopg, "connect"))
    pools = pytest.importorskip("psycopg_pool")
    login: Any = {"dbname": DATABASE, **postgresql.login}
    with pools.ConnectionPool(kwargs=login, min_size=1, max_size=1, open=True) as pool:

        def query() -> None:
            with pool.connection() as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")

        told = queries.recorded(query) + queries.recorded(query)
    assert ["execute", "execute"] == [one["name"] for one in told]
