"""The queries of the read side: functions of one connection inside one read transaction."""

from __future__ import annotations

import sqlite3
from typing import Any, TypeAlias

from otel_xray.console.entity import AnnotationValue, Form, Kind, Original
from otel_xray.console.store.base import (
    Cursor,
    EntityRow,
    RootRow,
    StoredDocument,
    StoreState,
    TraceOutline,
    Wanted,
)
from otel_xray.model.ids import SpanId, TraceId

Columns: TypeAlias = tuple[Any, ...]

_STATE = "select revision, traces, entities from state"
_NEWEST = "select id, start, revision from trace order by start desc, id desc limit ?"
_OLDER = """
    select id, start, revision from trace where (start, id) < (?, ?)
    order by start desc, id desc limit ?
"""
_FIND = "select id, revision from trace where trace_id = ?"
_SUMS = """
    select (select trace_id from trace where id = :trace), min(started), max(ended), count(*),
        sum(in_progress), max(flags & 1) | max(flags & 2) | max(flags & 4)
    from entity where trace = :trace
"""
_PARTIAL = """
    select exists (
        select 1 from entity child where child.trace = :trace and child.parent is not null
        and not exists (
            select 1 from entity parent
            where parent.trace = child.trace and parent.id = child.parent
        )
    )
"""
_ROOT = """
    select text, started, ended, in_progress, flags, code, method, url
    from entity join string on string.id = name
    where trace = :trace and kind = 0 and parent is null order by started, entity.id limit 1
"""
_USER = """
    select user from entity where trace = :trace and user is not null order by started, id limit 1
"""
_SERVICES = """
    select text from entity join string on string.id = name
    where trace = :trace and kind = 0 group by name order by min(started), text
"""
_ANNOTATIONS = """
    select distinct text, value, boolean from annotation join string on string.id = key
    where trace = :trace order by text, boolean, value
"""
_ROWS = """
    select entity.id, parent, kind, name.text, origin.text, namespace.text, started, ended,
        in_progress, flags, code, annotations, metadata, exceptions, sql
    from entity join string name on name.id = entity.name
    left join string origin on origin.id = entity.origin
    left join string namespace on namespace.id = entity.namespace
    where trace = ?
"""
_ANNOTATED = """
    select trace from annotation
    where key = (select id from string where text = ?) and value = ? and boolean = ?
"""
_EITHER = "select trace from ({})"
_COUNT = "select count(*) from ({})"
_CHOSEN = """
    select id, revision from trace where id in ({}) order by start desc, id desc limit ?
"""
_LINKED = """
    select entity.id, body from entity join document on document.id = document
    where trace = ? and instr(body, '"links":') order by started, entity.id
"""
_DOCUMENT = """
    select body, form, received
    from trace join entity on entity.trace = trace.id join document on document.id = document
    where trace_id = ? and entity.id = ?
"""


def state(connection: sqlite3.Connection) -> StoreState:
    """Return the counters."""
    return StoreState(*connection.execute(_STATE).fetchone())


def newest(
    connection: sqlite3.Connection, limit: int, before: Cursor | None
) -> list[tuple[int, float, int]]:
    """Return (number, start, revision) of at most *limit* traces, newest first."""
    if before is None:
        return connection.execute(_NEWEST, (limit,)).fetchall()
    return connection.execute(_OLDER, (*before, limit)).fetchall()


def find(connection: sqlite3.Connection, trace_id: TraceId) -> tuple[int, int] | None:
    """Return (number, revision) of a trace."""
    found: tuple[int, int] | None
    found = connection.execute(_FIND, (trace_id.to_bytes(16, "big"),)).fetchone()
    return found


def outline(connection: sqlite3.Connection, trace: int) -> TraceOutline:
    """Sum up the trace of that number."""
    key = {"trace": trace}
    sums: Columns = connection.execute(_SUMS, key).fetchone()
    root: Columns | None = connection.execute(_ROOT, key).fetchone()
    user: Columns | None = connection.execute(_USER, key).fetchone()
    return TraceOutline(
        trace_id=int.from_bytes(sums[0], "big"),
        start=sums[1],
        end=sums[2],
        entities=sums[3],
        pending=sums[4],
        flags=sums[5],
        partial=bool(connection.execute(_PARTIAL, key).fetchone()[0]),
        root=_root(root) if root else None,
        user=user[0] if user else None,
        services=tuple(row[0] for row in connection.execute(_SERVICES, key)),
        annotations=tuple(map(_annotation, connection.execute(_ANNOTATIONS, key))),
    )


def correlated(
    connection: sqlite3.Connection, wanted: Wanted, limit: int
) -> tuple[int, list[tuple[int, int]]]:
    """
    Return how many traces have what is *wanted*, and (number, revision) of the newest.

    Args:
        connection: inside a transaction.
        wanted: not empty.
        limit: of these at most, oldest first.
    """
    selects: list[str] = []
    values: list[AnnotationValue] = []
    for key, candidates in wanted.items():
        selects.append(_EITHER.format(" union ".join([_ANNOTATED] * len(candidates))))
        for value in candidates:
            values += (key, value, isinstance(value, bool))
    chosen = " intersect ".join(selects)
    count = _COUNT.format(chosen)
    newest = _CHOSEN.format(chosen)
    total: int = connection.execute(count, values).fetchone()[0]
    found: list[tuple[int, int]] = connection.execute(newest, (*values, limit)).fetchall()
    return total, found[::-1]


def linked(connection: sqlite3.Connection, trace: int) -> tuple[tuple[str, str], ...]:
    """Return (id, document) of the entities of the trace of that number that have links."""
    return tuple((row[0].hex(), row[1]) for row in connection.execute(_LINKED, (trace,)))


def rows(connection: sqlite3.Connection, trace: int) -> tuple[EntityRow, ...]:
    """Return every entity of the trace of that number."""
    return tuple(map(_entity, connection.execute(_ROWS, (trace,))))


def document(
    connection: sqlite3.Connection, trace_id: TraceId, entity_id: SpanId
) -> StoredDocument | None:
    """Return one entity in full."""
    key = (trace_id.to_bytes(16, "big"), entity_id.to_bytes(8, "big"))
    found: Columns | None = connection.execute(_DOCUMENT, key).fetchone()
    return StoredDocument(found[0], Original(Form(found[1]), found[2])) if found else None


def _root(row: Columns) -> RootRow:
    name, start, end, in_progress, *rest = row
    return RootRow(name, start, end, bool(in_progress), *rest)


def _annotation(row: Columns) -> tuple[str, AnnotationValue]:
    key, value, boolean = row
    return key, bool(value) if boolean else value


def _entity(row: Columns) -> EntityRow:
    # Unpacked by hand: a trace may have 100,000 of them.
    return EntityRow(
        row[0].hex(),
        row[1].hex() if row[1] else None,
        Kind.SUBSEGMENT if row[2] else Kind.SEGMENT,
        row[3],
        row[4],
        row[5],
        row[6],
        row[7],
        bool(row[8]),
        row[9],
        row[10],
        row[11],
        row[12],
        row[13],
        bool(row[14]),
    )
