"""The store in a SQLite file: one writer with group commit, any number of readers beside it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from otel_xray.console.entity import Entity
from otel_xray.console.store.commits import GroupCommit
from otel_xray.console.store.folding import Folding
from otel_xray.console.store.reader import SqliteReader
from otel_xray.console.store.schema import open_database, open_reader


class SqliteStore(SqliteReader):
    """
    A `TraceStore` in one file.

    Args:
        path: the database; created, with its directories, when it is not there.

    Raises:
        ConfigurationError: the file is not ours or cannot be used; it is left as it was.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, open_reader)
        self._writer = open_database(path)
        folding = Folding(self._writer)
        self._commits = GroupCommit(self._writer, folding.apply, folding.forget)

    def __enter__(self) -> SqliteStore:  # noqa: PYI034  typing.Self needs Python 3.11
        return self

    def close(self) -> None:
        """Commit everything that was put, and close the file."""
        self._commits.close()
        super().close()
        self._writer.close()

    def put(self, entities: Sequence[Entity]) -> Future[None]:
        """Keep *entities*; the future is done after COMMIT."""
        return self._commits.put(entities)
