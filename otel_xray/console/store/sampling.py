"""Sampling rules and what came of them, in the console's database."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from otel_xray.console.store.base import StoreUnavailable
from otel_xray.errors import ConfigurationError

WINDOW_SECONDS = 10
KEPT_SECONDS = 24 * 3600
_BUSY_SECONDS = 10.0
_READ, _WRITE = "begin", "begin immediate"

# Beside the tables of `schema`, which know nothing of it: an older console ignores them.
_TABLES = """
create table if not exists sampling_rule (
    name text primary key, body text not null, created real not null, modified real not null
) without rowid;
create table if not exists sampling_window (
    start integer not null, rule text not null,
    requests integer not null, borrowed integer not null, sampled integer not null,
    primary key (start, rule)
) without rowid;
create table if not exists sampling_change (
    id integer primary key check (id = 1), modified real not null
);
insert or ignore into sampling_change values (1, 0);
"""
_ADD = """
    insert into sampling_window values (?, ?, ?, ?, ?) on conflict (start, rule) do update set
    requests = requests + excluded.requests, borrowed = borrowed + excluded.borrowed,
    sampled = sampled + excluded.sampled
"""


class StoredRule(NamedTuple):
    """
    A rule.

    Attributes:
        name: of it.
        body: what it says, as JSON has it.
        created: seconds since the epoch.
        modified: seconds since the epoch.
    """

    name: str
    body: Mapping[str, Any]
    created: float
    modified: float


class Window(NamedTuple):
    """What all clients together reported of a rule in some seconds."""

    start: int
    rule: str
    requests: int
    borrowed: int
    sampled: int


class SamplingStore:
    """
    Keeps rules and windows of statistics. Safe to use from any thread.

    Every method raises `StoreUnavailable` when it cannot.

    Args:
        path: the console's database, which is laid out already; None keeps them in memory.

    Raises:
        ConfigurationError: the file cannot be used.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        name = ":memory:" if path is None else str(path)
        try:
            self._connection = sqlite3.connect(
                name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            weakref.finalize(self, self._connection.close)  # what is in memory is just forgotten
            self._connection.execute("pragma synchronous = normal")  # as the console's writer
            self._connection.executescript(_TABLES)
        except sqlite3.Error as error:
            msg = f"The database {name!r} cannot be used: {error}; name another with --db PATH."
            raise ConfigurationError(msg) from error

    def __enter__(self) -> SamplingStore:  # noqa: PYI034  typing.Self needs Python 3.11
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
        with self._lock:
            self._connection.close()

    def rules(self) -> list[StoredRule]:
        """Return all rules, in alphabetical order."""
        query = "select name, body, created, modified from sampling_rule order by name"
        with self._transaction(_READ) as connection:
            rows = connection.execute(query).fetchall()
        return [StoredRule(row[0], json.loads(row[1]), row[2], row[3]) for row in rows]

    def modified(self) -> float:
        """Return when a rule was made, changed or deleted last; 0 for never."""
        with self._transaction(_READ) as connection:
            row = connection.execute("select modified from sampling_change").fetchone()
        return float(row[0])

    def put(self, rule: StoredRule) -> None:
        """Keep *rule* instead of the one of that name."""
        row = (rule.name, json.dumps(rule.body), rule.created, rule.modified)
        with self._transaction() as connection:
            connection.execute("insert or replace into sampling_rule values (?, ?, ?, ?)", row)
            connection.execute("update sampling_change set modified = ?", (rule.modified,))

    def delete(self, name: str, now: float) -> None:
        """Forget the rule of that *name*."""
        with self._transaction() as connection:
            connection.execute("delete from sampling_rule where name = ?", (name,))
            connection.execute("update sampling_change set modified = ?", (now,))

    def count(self, counts: Sequence[tuple[str, int, int, int]], now: float) -> None:
        """
        Add what was reported to the window of *now*.

        Args:
            counts: rule, requests, borrowed and sampled ones.
            now: seconds since the epoch.
        """
        start = int(now // WINDOW_SECONDS) * WINDOW_SECONDS
        with self._transaction() as connection:
            connection.executemany(_ADD, [(start, *each) for each in counts])
            connection.execute("delete from sampling_window where start < ?", (now - KEPT_SECONDS,))

    def windows(self, since: float) -> list[Window]:
        """Return the windows that began then or later, in the order of time, then of names."""
        query = "select * from sampling_window where start >= ? order by start, rule"
        with self._transaction(_READ) as connection:
            return [Window(*row) for row in connection.execute(query, (since,))]

    @contextmanager
    def _transaction(self, begin: str = _WRITE) -> Generator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute(begin)
                try:
                    yield self._connection
                    self._connection.execute("commit")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("rollback")
                    raise
            except sqlite3.Error as error:
                msg = f"Sampling rules cannot be read or kept: {error}"
                raise StoreUnavailable(msg) from error
