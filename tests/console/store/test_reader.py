from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from otel_xray.console.store.base import StoreUnavailable
from otel_xray.console.store.reader import SqliteReader
from otel_xray.console.store.schema import open_existing
from otel_xray.console.store.sqlite import SqliteStore
from otel_xray.errors import ConfigurationError
from tests.console.documents import TRACE, entity

OTHER = "1-5759e988-bd862e3fe1be46a994272794"


def test_a_file_is_read_while_a_console_writes_to_it(tmp_path: Path) -> None:
    """Each question sees what was committed before it."""
    path = tmp_path / "console.db"
    with SqliteStore(path) as store, SqliteReader(path) as reader:
        assert reader.trace(TRACE) is None
        store.put([entity(annotations={"a": 1})]).result()
        assert 1 == reader.correlated({"a": (1,)}, 10).total
        store.put([entity(trace_id=OTHER, annotations={"a": 1})]).result()
        assert 2 == reader.correlated({"a": (1,)}, 10).total
        assert 1 == len(reader.correlated({"a": (1,)}, 1).traces)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    """The file is the same afterwards, and alone in its directory; writing is refused."""
    path = tmp_path / "console.db"
    with SqliteStore(path) as store:
        store.put([entity()]).result()
    before = path.read_bytes()
    with SqliteReader(path) as reader:
        assert 1 == reader.state().traces
    connection = open_existing(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("delete from trace")
    connection.close()

    assert before == path.read_bytes()
    assert ["console.db"] == [file.name for file in tmp_path.iterdir()]


def test_a_file_that_nobody_may_write_is_read(tmp_path: Path) -> None:
    """A database on a read-only place can be looked at."""
    path = tmp_path / "console.db"
    with SqliteStore(path) as store:
        store.put([entity()]).result()
    path.chmod(0o444)
    with SqliteReader(path) as reader:
        assert 1 == reader.state().traces


@pytest.mark.parametrize("content", [None, b""])
def test_no_database_is_told(tmp_path: Path, content: bytes | None) -> None:
    """Nothing is created in its place."""
    path = tmp_path / "console.db"
    if content is not None:
        path.write_bytes(content)
    before = [file.name for file in tmp_path.iterdir()]
    with SqliteReader(path) as reader, pytest.raises(ConfigurationError, match="there is none"):
        reader.state()

    assert before == [file.name for file in tmp_path.iterdir()]


def test_a_damaged_file_is_unavailable(tmp_path: Path) -> None:
    """What SQLite cannot read is said so."""
    path = tmp_path / "console.db"
    with SqliteStore(path) as store:
        store.put([entity()]).result()
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))
    with (
        SqliteReader(path) as reader,
        pytest.raises((StoreUnavailable, ConfigurationError), match=r"console\.db"),
    ):
        reader.correlated({"a": (1,)}, 10)
