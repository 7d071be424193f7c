"""The read side of a SQLite file: any number of readers beside one writer."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from otel_xray.console.store import reading
from otel_xray.console.store.base import (
    Correlated,
    Cursor,
    LinkedTrace,
    Page,
    StoredDocument,
    StoredTrace,
    StoreState,
    StoreUnavailable,
    TraceOutline,
    Wanted,
)
from otel_xray.console.store.schema import open_existing
from otel_xray.model.ids import SpanId, TraceId

_OUTLINES = 2_048


class SqliteReader:
    """
    A `TraceReader` of one file.

    Args:
        path: the database.
        connect: opens it.
    """

    def __init__(
        self, path: Path, connect: Callable[[Path], sqlite3.Connection] = open_existing
    ) -> None:
        self.path = path
        self._connect = connect
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        # number of a trace → its revision and what was made of it then
        self._outlines: dict[int, tuple[int, TraceOutline]] = {}

    def __enter__(self) -> SqliteReader:  # noqa: PYI034  typing.Self needs Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

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
            return self._whole(connection, *found)

    def correlated(self, wanted: Wanted, limit: int) -> Correlated:
        """Return the traces that have, for each key, one of its values; at most *limit*."""
        with self._reading() as connection:
            total, found = reading.correlated(connection, wanted, limit)
            return Correlated(
                total,
                tuple(
                    LinkedTrace(self._whole(connection, *each), reading.linked(connection, each[0]))
                    for each in found
                ),
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
            return self._connect(self.path)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _whole(self, connection: sqlite3.Connection, number: int, revision: int) -> StoredTrace:
        outline = self._outline(connection, number, revision)
        return StoredTrace(outline, reading.rows(connection, number))

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
