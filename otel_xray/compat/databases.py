"""
What is told of a database: the name of its subsegments, and their ``sql`` block.

One row a driver says what opens its connections, and how each member of the block is read from a
connection that has just been opened. A member that cannot be read is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import SplitResult, uses_netloc

from otel_xray.instrument.shield import Shield

REMOTE = "remote"  # the namespace of all calls to databases
UNKNOWN = "unknown"

_shield = Shield("describing a database for X-Ray")


class Opening(NamedTuple):
    """How the application has opened a connection."""

    connection: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


Fact: TypeAlias = Callable[[Opening], Any]


@dataclass(frozen=True, slots=True)
class Driver:
    """
    A DB-API driver.

    Attributes:
        module: has the function ``connect``.
        facts: member of the ``sql`` block, or ``name``, → how it is read; None leaves it out.
    """

    module: str
    facts: Mapping[str, Fact]


def opened(
    driver: Driver, connect: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """
    Open a connection.

    Returns:
        the connection, and what is told of its database: a dict of its own.
    """
    opening = Opening(connect(*args, **kwargs), args, kwargs)
    told: dict[str, Any] = {}
    for member, read in driver.facts.items():
        with _shield:
            value = read(opening)
            if value is not None:
                told[member] = value
    return opening.connection, told


# --- facts --------------------------------------------------------------------------------------


def always(text: str) -> Fact:
    """Read *text*, whatever the connection is."""
    return lambda _opening: text


def attribute(path: str, transform: Callable[[Any], Any] = lambda value: value) -> Fact:
    """Read an attribute of the connection, by its dotted *path*; None if there is none."""
    read = attrgetter(path)

    def fact(opening: Opening) -> Any:
        try:
            value = read(opening.connection)
        except AttributeError:
            return None
        return transform(value)

    return fact


def argument(position: int, name: str) -> Fact:
    """Read an argument of the call that opened the connection, as text."""

    def fact(opening: Opening) -> str:
        given = opening.args[position] if len(opening.args) > position else opening.kwargs[name]
        return str(given)  # a path of the file system, too

    return fact


def postgresql_url(path: str) -> Fact:
    """Read the URL of the database from the connection string at *path*; it has no password."""
    read = attrgetter(path)

    def fact(opening: Opening) -> str:
        told = _words(read(opening.connection))
        user, host, port, name = (
            told.get(word, UNKNOWN) for word in ("user", "host", "port", "dbname")
        )
        return f"postgresql://{user}@{host}:{port}/{name}"

    return fact


def postgresql_user(path: str) -> Fact:
    """Read the user from the connection string at *path*."""
    read = attrgetter(path)
    return lambda opening: _words(read(opening.connection)).get("user", UNKNOWN)


def _words(connection_string: str) -> dict[str, str]:
    parts = (part.split("=") for part in connection_string.split(" "))
    return {part[0]: part[-1] for part in parts}


def sqlite_version(_opening: Opening) -> str:
    """Read the version of the library that is the database."""
    import sqlite3  # noqa: PLC0415  loaded already, by whoever has opened the connection

    return sqlite3.sqlite_version


def version(raw: Any) -> Any:
    """Return a version in points, where it is numbers; None if it is empty."""
    parts: Iterable[Any] = raw
    return (".".join(map(str, parts)) if isinstance(raw, tuple) else raw) or None


def text(raw: Any) -> str:
    """Return what a driver keeps as bytes or as text."""
    return raw.decode() if isinstance(raw, bytes) else str(raw)


# --- drivers ------------------------------------------------------------------------------------


def _driver(module: str, /, **facts: Fact) -> Driver:
    return Driver(module, MappingProxyType(facts))


SQLITE3 = _driver("sqlite3", name=argument(0, "database"), database_version=sqlite_version)
MYSQL = _driver(
    "mysql.connector",
    name=attribute("_host"),
    user=attribute("_user"),
    database_version=attribute("_server_version", version),
)
PYMYSQL = _driver(
    "pymysql",
    database_type=always("MySQL"),
    user=attribute("user", text),
    driver_version=always("PyMySQL"),
    database_version=attribute("server_version", version),
)
PG8000 = _driver(
    "pg8000",
    database_type=always("PostgreSQL"),
    user=attribute("user", text),
    driver_version=always("Pg8000"),
    database_version=attribute("_server_version", lambda raw: str(raw) if raw else None),
)
PSYCOPG2 = _driver(
    "psycopg2",
    database_type=always("PostgreSQL"),
    url=postgresql_url("dsn"),
    user=postgresql_user("dsn"),
    database_version=attribute("server_version", str),
    driver_version=always("Psycopg 2"),
)
PSYCOPG = _driver(
    "psycopg",
    database_type=always("PostgreSQL"),
    url=postgresql_url("info.dsn"),
    user=postgresql_user("info.dsn"),
    database_version=attribute("info.server_version", str),
    driver_version=always("Psycopg 3"),
)


# --- URLs ---------------------------------------------------------------------------------------


def url_text(url: SplitResult) -> str:
    """Return *url* as text, with its slashes also where its scheme is a database's."""
    if url.scheme not in uses_netloc:
        uses_netloc.append(url.scheme)  # else urllib leaves the slashes out
    return url.geturl()
