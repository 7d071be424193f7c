"""
How a group of entities goes into the database, inside one transaction.

Documents are re-delivered, out of order and in pieces. The key is (trace id, id); the first
completed version wins; one in progress gives way to any later version, never the reverse.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import count
from typing import TypeAlias

from otel_xray.console.entity import Entity

Key: TypeAlias = tuple[int, bytes]
Accepted: TypeAlias = dict[Key, Entity]

_ENTITY = """
    insert or replace into entity values (
        ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
    )
"""
_DOCUMENT = "insert or replace into document values (?, ?, ?, ?)"
_ANNOTATION = "insert into annotation values (?, ?, ?, ?, ?)"
_FORGET_ANNOTATIONS = "delete from annotation where trace = ? and id = ?"
_TOUCH = "update trace set start = min(start, ?), revision = ? where id = ?"
_RECOUNT = """
    update trace set start = (select min(started) from entity where trace = ?) where id = ?
"""
_LAST = {
    table: f"select coalesce(max(id), 0) from {table}"  # noqa: S608  our own two names
    for table in ("trace", "document")
}
_STATE = "update state set revision = ?, traces = traces + ?, entities = entities + ?"


class Folding:
    """
    Writes entities through one connection, on whose transactions the caller decides.

    Args:
        connection: to a database that `schema` laid out.
        cached: how many numbers of traces, and of strings, are remembered.
    """

    def __init__(self, connection: sqlite3.Connection, cached: int = 50_000) -> None:
        self._connection = connection
        self._cached = cached
        self._traces: dict[bytes, int] = {}
        self._strings: dict[str, int] = {}

    def apply(self, entities: Iterable[Entity]) -> None:
        """Fold *entities* into what is there; call it inside a transaction."""
        self._limit_caches()
        revision = int(self._connection.execute("select revision + 1 from state").fetchone()[0])
        last_before = self._last("trace")
        accepted: Accepted = {}
        replaced: dict[Key, int] = {}
        for entity in entities:
            self._fold(entity, accepted, replaced)
        if not accepted:
            return
        self._write(accepted, replaced)
        self._touch(accepted, replaced, revision)
        traces = self._last("trace") - last_before
        self._connection.execute(_STATE, (revision, traces, len(accepted) - len(replaced)))

    def forget(self) -> None:
        """Drop what was remembered, after a transaction was rolled back."""
        self._traces.clear()
        self._strings.clear()

    def _last(self, table: str) -> int:
        """Return the greatest number in *table*; new rows get the numbers after it."""
        return int(self._connection.execute(_LAST[table]).fetchone()[0])

    def _fold(self, entity: Entity, accepted: Accepted, replaced: dict[Key, int]) -> None:
        key = (self._trace(entity), entity.id.to_bytes(8, "big"))
        earlier = accepted.get(key)
        if earlier is not None:
            if earlier.in_progress:
                accepted[key] = entity
            return
        stored = self._connection.execute(
            "select in_progress, document from entity where trace = ? and id = ?", key
        ).fetchone()
        if stored is None:
            accepted[key] = entity
        elif stored[0]:
            accepted[key] = entity
            replaced[key] = stored[1]

    def _trace(self, entity: Entity) -> int:
        trace_id = entity.trace_id.to_bytes(16, "big")
        number = self._traces.get(trace_id)
        if number is None:
            number = self._numbered(
                "select id from trace where trace_id = ?",
                (trace_id,),
                "insert into trace (trace_id, start, revision) values (?, ?, 0)",
                (trace_id, entity.start),
            )
            self._traces[trace_id] = number
        return number

    def _string(self, text: str | None) -> int | None:
        if text is None:
            return None
        number = self._strings.get(text)
        if number is None:
            number = self._numbered(
                "select id from string where text = ?",
                (text,),
                "insert into string (text) values (?)",
                (text,),
            )
            self._strings[text] = number
        return number

    def _numbered(
        self, query: str, key: Sequence[object], insert: str, values: Sequence[object]
    ) -> int:
        """Return the number of a row that is there, or of a new one."""
        found = self._connection.execute(query, key).fetchone()
        if found is not None:
            return int(found[0])
        return self._connection.execute(insert, values).lastrowid or 0

    def _write(self, accepted: Accepted, replaced: dict[Key, int]) -> None:
        execute = self._connection.executemany
        unused = count(self._last("document") + 1)
        documents = {key: replaced.get(key) or next(unused) for key in accepted}
        execute(_FORGET_ANNOTATIONS, replaced)
        execute(
            _ENTITY,
            [(*self._entity_row(key, entity), documents[key]) for key, entity in accepted.items()],
        )
        execute(
            _DOCUMENT,
            [_document_row(documents[key], entity) for key, entity in accepted.items()],
        )
        execute(
            _ANNOTATION,
            [
                (*key, self._string(name), value, isinstance(value, bool))
                for key, entity in accepted.items()
                for name, value in entity.annotations.items()
            ],
        )

    def _entity_row(self, key: Key, entity: Entity) -> tuple[object, ...]:
        parent = entity.parent_id
        return (
            *key,
            None if parent is None else parent.to_bytes(8, "big"),
            int(entity.kind),
            self._string(entity.name),
            self._string(entity.origin),
            self._string(entity.namespace),
            entity.start,
            entity.end,
            entity.in_progress,
            entity.flags,
            entity.code,
            entity.method,
            entity.url,
            entity.user,
            len(entity.annotations),
            entity.metadata,
            entity.exceptions,
            entity.sql,
        )

    def _touch(self, accepted: Accepted, replaced: Iterable[Key], revision: int) -> None:
        """Move the start of every trace that changed, and say in which revision it changed."""
        starts: dict[int, float] = {}
        for (trace, _), entity in accepted.items():
            starts[trace] = min(entity.start, starts.get(trace, entity.start))
        self._connection.executemany(
            _TOUCH, [(start, revision, trace) for trace, start in starts.items()]
        )
        # a replaced version may have been the earliest
        self._connection.executemany(_RECOUNT, {(trace, trace) for trace, _ in replaced})

    def _limit_caches(self) -> None:
        if max(len(self._traces), len(self._strings)) > self._cached:
            self.forget()


def _document_row(number: int, entity: Entity) -> tuple[object, ...]:
    original = entity.original
    return (number, entity.body, int(original.form), original.data)
