"""Functions of psycopg2 that take connections, and get the driver's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import psycopg2.extensions
import psycopg2.extras
import psycopg2.sql
import pytest

from otel_xray.testing import Recording
from tests.compat.ext import queries
from tests.compat.ext.conftest import Patch
from tests.compat.ext.databases import DATABASE, HOST, Server

EXTENSIONS, EXTRAS = psycopg2.extensions, psycopg2.extras
WRAPPED = (
    (psycopg2, "connect"),
    *((EXTENSIONS, name) for name in ("register_type", "quote_ident", "encrypt_password")),
    *((EXTRAS, f"register_{name}") for name in ("default_jsonb", "default_json", "json", "range")),
)
TAKES: dict[str, Callable[[Any], object]] = {
    "a type": lambda one: EXTENSIONS.register_type(EXTENSIONS.UNICODE, one),
    "an identifier": lambda one: EXTENSIONS.quote_ident("a b", one),
    "jsonb": lambda one: EXTRAS.register_default_jsonb(conn_or_curs=one),
    "uuid": lambda one: EXTRAS.register_uuid(conn_or_curs=one),
    "SQL": lambda one: psycopg2.sql.Identifier("a b").as_string(one),
    # From here on the X-Ray SDK's patch lets it raise TypeError.
    "an identifier by keyword": lambda one: EXTENSIONS.quote_ident(ident="a b", scope=one),
    "a password": lambda one: EXTENSIONS.encrypt_password("a", "b", one, "md5"),
    "jsonb by position": lambda one: EXTRAS.register_default_jsonb(one, loads=str),
    "default json": lambda one: EXTRAS.register_default_json(one, loads=str),
    "json": lambda one: EXTRAS.register_json(one, name="json"),
    "a range": lambda one: EXTRAS.register_range("int4range", "Interval", one),
}


@pytest.fixture
def connection(patch: Patch, postgresql: Server) -> Iterator[Any]:
    """Return a connection whose queries are recorded."""
    patch("psycopg2", *WRAPPED)
    opened = psycopg2.connect(dbname=DATABASE, **postgresql.login)
    yield opened
    opened.close()


@pytest.mark.parametrize("what", TAKES)
def test_a_function_takes_what_is_recorded(connection: Any, what: str) -> None:
    """It gets the driver's own connection or cursor, as an argument or by keyword."""
    TAKES[what](connection)
    TAKES[what](connection.cursor())


def test_a_uri_is_read_as_well(connection: Any, postgresql: Server, recorded: Recording) -> None:
    """The block says where the database is, and never the password."""
    password = postgresql.login["password"].replace(" ", "%20")
    place = f"{HOST}:{postgresql.port}/{DATABASE}"
    again = psycopg2.connect(f"postgresql://shop:{password}@{place}")
    (told,) = queries.recorded(lambda: again.cursor().execute("SELECT 1"))
    again.close()

    assert {
        "database_type": "PostgreSQL",
        "url": f"postgresql://shop@{place}",
        "user": "shop",
        "database_version": str(again.server_version),
        "driver_version": "Psycopg 2",
    } == told["sql"]
