"""The store in a SQLite file: one writer with group commit, any number of readers beside it."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from otel_xray.console.entity import Entity
from otel_xray.console.store import reading
from otel_xray.console.store.base import (
    Cursor,
    Page,
    StoredDocument,
    StoredTrace,
    StoreState,
    StoreUnavailable,
    TraceOutline,
)
from otel_xray.console.store.commits import GroupCommit
from otel_xray.console.store.folding import Folding
from otel_xray.console.store.schema import open_database, open_reader
from otel_xray.model.ids import SpanId, TraceId

_OUTLINES = 2_048


class SqliteStore:
    """
    A `TraceStore` in one file.

    Args:
        path: the database; created, with its directories, when it is not there.

    Raises:
        ConfigurationError: the file is not ours or cannot be used; it is left as it was.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = open_database(path)
        folding = Folding(self._writer)
        self._commits = GroupCommit(self._writer, folding.apply, folding.forget)
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        # number of a trace → its revision and what was made of it then
        self._outlines: dict[int, tuple[int, TraceOutline]] = {}

    def __enter__(self) -> SqliteStore:  # noqa: PYI034  typing.Self needs Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Commit everything that was put, and close the file."""
        self._closed = True
        self._commits.close()
        while self._idle:
            self._idle.pop().close()
        self._writer.close()

    def put(self, entities: Sequence[Entity]) -> Future[None]:
        """Keep *entities*; the future is done after COMMIT."""
        return self._commits.put(entities)

    def state(self) -> StoreState:
        """Return how much is there."""
        with self._reading() as connection:
            return reading.state(connection)

    def newest(self, limit: int, before: Cursor | None = None) -> Page:
        """Return at most *limit* traces, newest first, older than *before*."""
        with self._reading() as connection:
            found = reading.newest(connection, limit + 1, before)
            shown = found[:limit]
            return Page(
                state=reading.state(connection),
                outlines=tuple(
                    self._outline(connection, number, revision) for number, _, revision in shown
                ),
                next=Cursor(shown[-1][1], shown[-1][0]) if len(found) > limit else None,
            )

    def trace(self, trace_id: TraceId) -> StoredTrace | None:
        """Return a trace; None when nothing of it was received."""
        with self._reading() as connection:
            found = reading.find(connection, trace_id)
            if found is None:
                return None
            return StoredTrace(
                self._outline(connection, *found), reading.rows(connection, found[0])
            )

    def document(self, trace_id: TraceId, entity_id: SpanId) -> StoredDocument | None:
        """Return one entity in full; None when it was not received."""
        with self._reading() as connection:
            return reading.document(connection, trace_id, entity_id)

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        """Lend a read-only connection inside a transaction, so that all of it is one state."""
        try:
            connection = self._borrow()
            try:
                connection.execute("begin")
                yield connection
                connection.execute("commit")
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            msg = f"The database {str(self.path)!r} cannot be read: {error}"
            raise StoreUnavailable(msg) from error
        self._give_back(connection)

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return open_reader(self.path)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _outline(self, connection: sqlite3.Connection, number: int, revision: int) -> TraceOutline:
        """Sum up a trace once for each revision: a page asks every other second."""
        known = self._outlines.get(number)
        if known is not None and known[0] == revision:
            return known[1]
        outline = reading.outline(connection, number)
        if len(self._outlines) >= _OUTLINES:
            self._outlines.clear()
        self._outlines[number] = (revision, outline)
        return outline
