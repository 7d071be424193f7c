"""
The database file: its layout, and whether a file is ours.

A file is judged by its first 100 bytes (SQLite file format, §1.3) before SQLite opens it, because
opening somebody else's database may already change it (recovery, write-ahead log).
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from otel_xray.errors import ConfigurationError

APPLICATION_ID = 0x58526179  # "XRay"
VERSION = 1

_MAGIC = b"SQLite format 3\0"
_VERSION_AT = 60
_APPLICATION_AT = 68
_BUSY_SECONDS = 10.0

# Ids are blobs so that any SQLite tool shows them with hex(). Entities are clustered by trace;
# what only one entity's details need lies apart, so that a timeline reads small rows. It has a
# rowid, because a table without one gives every row of more than 1 kB a page of its own.
_TABLES = """
create table state (
    id integer primary key check (id = 1),
    revision integer not null, traces integer not null, entities integer not null
);
create table string (id integer primary key, text text not null unique);
create table trace (
    id integer primary key, trace_id blob not null unique,
    start real not null, revision integer not null
);
create index trace_start on trace (start, id);
create table entity (
    trace integer not null, id blob not null, parent blob, kind integer not null,
    name integer not null, origin integer, namespace integer,
    started real not null, ended real, in_progress integer not null,
    flags integer not null, code integer, method text, url text, user text,
    annotations integer not null, metadata integer not null,
    exceptions integer not null, sql integer not null, document integer not null,
    primary key (trace, id)
) without rowid;
create table document (
    id integer primary key, body text not null, form integer not null, received blob
);
create table annotation (
    trace integer not null, id blob not null, key integer not null,
    value not null, boolean integer not null,
    primary key (trace, id, key)
) without rowid;
create index annotation_value on annotation (key, value, trace);
"""


def open_database(path: Path) -> sqlite3.Connection:
    """
    Open *path* for writing, and create it when it is not there or empty.

    Raises:
        ConfigurationError: it is not ours or cannot be used; it is left as it was.
    """
    try:
        _judge(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path)
    except OSError as error:
        raise _unusable(path, str(error.strerror)) from error
    except sqlite3.Error as error:
        raise _unusable(path, str(error)) from error
    return connection


def open_existing(path: Path) -> sqlite3.Connection:
    """
    Open *path* to read it alone, also while a console writes to it, for one thread at a time.

    Not read-only for SQLite: the last one to close a database in WAL mode has to tidy up.

    Raises:
        ConfigurationError: there is no database, it is not ours, or it cannot be used.
    """
    try:
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            raise _unusable(path, "there is none")
        _judge(path)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("pragma query_only = on")
    except OSError as error:
        raise _unusable(path, str(error.strerror)) from error
    except sqlite3.Error as error:
        raise _unusable(path, str(error)) from error
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open *path* read-only, for one thread at a time."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def _judge(path: Path) -> None:
    """Refuse *path* unless it is ours, empty or absent."""
    if not path.exists():
        return
    if not path.is_file():
        raise _unusable(path, "it is not a file")
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        return
    if not header.startswith(_MAGIC):
        raise _unusable(path, "it is not a SQLite database")
    if _number(header, _APPLICATION_AT) != APPLICATION_ID:
        raise _unusable(path, "it belongs to another application")
    version = _number(header, _VERSION_AT)
    if version > VERSION:
        raise _unusable(
            path, f"a newer otel-xray made it (layout {version}, this one knows {VERSION})"
        )


def _number(header: bytes, at: int) -> int:
    return int.from_bytes(header[at : at + 4], "big")


def _unusable(path: Path, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"The database {str(path)!r} cannot be used: {reason}; name another file with --db PATH."
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        _create(connection)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")  # safe from kill -9; see rationale
        connection.execute("select revision from state").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _create(connection: sqlite3.Connection) -> None:
    """
    Lay out an empty file, in one transaction.

    It runs before the write-ahead log is switched on, so that the header on disk says at once
    whose file it is. Revisions start at the clock: two databases that one page sees behind the
    same address, one after the other, must not repeat each other's.
    """
    connection.execute("begin immediate")
    if not connection.execute("select count(*) from sqlite_master").fetchone()[0]:
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute("insert into state values (1, ?, 0, 0)", (int(time.time()),))
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute(f"pragma user_version = {VERSION}")
    connection.execute("commit")
