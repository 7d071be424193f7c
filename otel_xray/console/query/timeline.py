"""
The segments timeline: rows of one trace, depth first, as the page draws them.

Nothing here recurses and every row is visited once: documents come from outside, so parents may
be missing, form cycles, or lie thousands of levels deep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from otel_xray.console.entity import Kind
from otel_xray.console.query.status import status
from otel_xray.console.query.summaries import summary
from otel_xray.console.store.base import EntityRow, StoredTrace
from otel_xray.model.document import Json

Children: TypeAlias = dict[str, list[EntityRow]]

LAMBDA_FUNCTION = "AWS::Lambda::Function"

# X-Ray has written both names of the first phase (developer guide, "Lambda and X-Ray")
PHASES: Mapping[str, str] = MappingProxyType(
    {
        "Init": "initialization",
        "Initialization": "initialization",
        "Invocation": "invocation",
        "Overhead": "overhead",
    }
)


def timeline(trace: StoredTrace) -> dict[str, Json]:
    """Return the answer to ``GET /api/traces/{id}``."""
    by_id = {row.id: row for row in trace.rows}
    return {
        "trace": summary(trace.outline),
        "rows": [_row(row, depth, by_id) for row, depth in in_order(trace.rows)],
    }


def in_order(rows: Sequence[EntityRow]) -> Iterator[tuple[EntityRow, int]]:
    """
    Yield each of *rows* once with its depth: depth first, siblings and roots by start.

    A row whose parent is not there is a root. A cycle has no root: its earliest row becomes one.
    """
    by_start = sorted(rows, key=_start)
    known = {row.id for row in rows}
    roots: list[EntityRow] = []
    children: Children = {}
    for row in by_start:
        if row.parent is None or row.parent not in known:
            roots.append(row)
        else:
            children.setdefault(row.parent, []).append(row)
    seen: set[str] = set()
    reachable = list(_descend(roots, children, seen))
    if len(reachable) == len(rows):
        return iter(reachable)
    return iter(_with_cycles(reachable, by_start, children, seen))


def _with_cycles(
    reachable: list[tuple[EntityRow, int]],
    by_start: Iterable[EntityRow],
    children: Children,
    seen: set[str],
) -> Iterator[tuple[EntityRow, int]]:
    yield from reachable
    for row in by_start:
        if row.id not in seen:
            yield from _descend([row], children, seen)


def _descend(
    roots: Sequence[EntityRow], children: Children, seen: set[str]
) -> Iterator[tuple[EntityRow, int]]:
    stack = [(row, 0) for row in reversed(roots)]
    while stack:
        row, depth = stack.pop()
        if row.id in seen:
            continue
        seen.add(row.id)
        yield row, depth
        stack.extend((child, depth + 1) for child in reversed(children.get(row.id, ())))


def _start(row: EntityRow) -> tuple[float, str]:
    return row.start, row.id


def _row(row: EntityRow, depth: int, by_id: Mapping[str, EntityRow]) -> dict[str, Json]:
    above = by_id.get(row.parent) if row.parent else None
    return {
        "id": row.id,
        "parent": row.parent,
        "depth": depth,
        "kind": row.kind.name.lower(),
        "name": row.name,
        "origin": row.origin,
        "namespace": row.namespace,
        "start": row.start,
        "end": row.end,
        "inProgress": row.in_progress,
        "status": status(row.flags, in_progress=row.in_progress),
        "code": row.code,
        "phase": _phase(row, above),
        "annotations": row.annotations,
        "metadata": row.metadata,
        "exceptions": row.exceptions,
        "sql": row.sql,
        "orphan": row.parent is not None and above is None,
    }


def _phase(row: EntityRow, above: EntityRow | None) -> str | None:
    """Return the Lambda phase that *row* is, if it lies directly under a function's segment."""
    if row.kind is not Kind.SUBSEGMENT or above is None:
        return None
    if above.kind is not Kind.SEGMENT or above.origin != LAMBDA_FUNCTION:
        return None
    return PHASES.get(row.name)
