from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from otel_xray.console.entity import Entity
from otel_xray.console.store.base import StoreUnavailable
from otel_xray.console.store.commits import GROUP_ENTITIES, GroupCommit
from tests.console.documents import entity


class Writer:
    """Counts entities a transaction, and can be held back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.groups: list[int] = []
        self.forgotten = 0
        self.go = threading.Event()

    def apply(self, entities: Iterable[Entity]) -> None:
        """Wait for the signal, and count; an entity named ``full`` is a disk that is full."""
        self.go.wait()
        names = [made.name for made in entities]
        if "full" in names:
            self.connection.execute("rollback")  # as SQLite does by itself
            msg = "database or disk is full"
            raise sqlite3.OperationalError(msg)
        self.groups.append(len(names))

    def forget(self) -> None:
        """Count."""
        self.forgotten += 1


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """Return a writer on an empty database."""
    path = tmp_path / "x.db"
    with closing(
        sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    ) as connection:
        yield Writer(connection)


def test_a_group_is_bounded(writer: Writer) -> None:
    """However much waits, a transaction takes no more than fits a group and its last delivery."""
    commits = GroupCommit(writer.connection, writer.apply, writer.forget)
    half = [entity()] * (GROUP_ENTITIES // 2)
    futures = [commits.put(half) for _ in range(6)]
    writer.go.set()
    commits.close()
    assert all(future.exception() is None for future in futures)
    assert sum(writer.groups) == 6 * len(half)
    assert max(writer.groups) <= GROUP_ENTITIES


def test_a_full_disk_fails_those_it_concerns(writer: Writer) -> None:
    """A transaction that SQLite itself ended is not rolled back again, and writing goes on."""
    commits = GroupCommit(writer.connection, writer.apply, writer.forget)
    full = commits.put([entity(name="full")])
    after = commits.put([entity()])
    writer.go.set()
    commits.close()
    with pytest.raises(StoreUnavailable, match="disk is full"):
        full.result()
    assert after.exception() is None
    assert writer.forgotten >= 1


def test_nothing_is_written_for_whoever_gave_up(writer: Writer) -> None:
    """A group of cancelled deliveries is no transaction."""
    commits = GroupCommit(writer.connection, writer.apply, writer.forget)
    first = commits.put([entity()])
    while not first.running():
        threading.Event().wait(0.01)
    assert commits.put([entity()] * 2).cancel()
    writer.go.set()
    commits.close()
    assert writer.groups == [1]
