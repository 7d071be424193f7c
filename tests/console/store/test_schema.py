from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from otel_xray.console.store.schema import APPLICATION_ID, VERSION, open_database
from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.errors import ConfigurationError
from tests.console.documents import entity


def foreign(path: Path, *statements: str) -> None:
    """Make a database of somebody else."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in ("create table theirs (x)", "insert into theirs values (1)", *statements):
            connection.execute(statement)
        connection.commit()


def test_a_new_file_says_whose_it_is(tmp_path: Path) -> None:
    """Directories are made, and the header carries our application id and layout version."""
    path = tmp_path / "deep" / "er" / "console.db"
    open_database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert (APPLICATION_ID,) == connection.execute("pragma application_id").fetchone()
        assert (VERSION,) == connection.execute("pragma user_version").fetchone()


def test_an_empty_file_is_as_good_as_none(tmp_path: Path) -> None:
    """Somebody who made a temporary file may name it."""
    path = tmp_path / "empty"
    path.touch()
    open_database(path).close()
    assert path.stat().st_size > 0


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ((), "belongs to another application"),
        (("pragma journal_mode = wal",), "belongs to another application"),
        (
            (f"pragma application_id = {APPLICATION_ID}", f"pragma user_version = {VERSION + 1}"),
            "a newer otel-xray made it",
        ),
    ],
)
def test_a_foreign_database_stays_byte_for_byte(
    tmp_path: Path, statements: tuple[str, ...], reason: str
) -> None:
    """A database that is not ours is refused with its path and the remedy, and not touched."""
    path = tmp_path / "theirs.db"
    foreign(path, *statements)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(ConfigurationError, match=reason) as refused:
        SqliteStore(path)
    assert before == {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert str(path) in str(refused.value)
    assert "name another file with --db PATH" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_stays_byte_for_byte(tmp_path: Path) -> None:
    """Any other file is refused the same way."""
    path = tmp_path / "notes.txt"
    path.write_bytes(b"my notes" * 100)
    with pytest.raises(ConfigurationError, match="not a SQLite database"):
        SqliteStore(path)
    assert path.read_bytes() == b"my notes" * 100


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A directory, a device, and a path through a file are no databases."""
    (tmp_path / "file").write_text("x")
    for path, reason in (
        (tmp_path, "it is not a file"),
        (Path("/dev/null"), "it is not a file"),
        (tmp_path / "file" / "console.db", "Not a directory|File exists"),
    ):
        with pytest.raises(ConfigurationError, match=reason):
            SqliteStore(path)


def test_a_damaged_database_of_ours_is_refused(tmp_path: Path) -> None:
    """Damage is found when the file is opened, not when the first trace arrives."""
    path = tmp_path / "console.db"
    SqliteStore(path).close()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000)
    with pytest.raises(ConfigurationError, match="malformed"):
        SqliteStore(path)


def test_a_database_is_found_again(tmp_path: Path) -> None:
    """What was stored is there after the store was closed and opened."""
    path = tmp_path / "a % strange#name?.db"
    with SqliteStore(path) as store:
        store.put([entity()]).result()
        before = store.state()
    with SqliteStore(path) as store:
        assert before == store.state()
