"""
The members of a document and the attributes of a span, as one table.

`decode` reads it from left to right, `restore` from right to left, and the sections of `encode` are
made of the same rows. What the table does not know, or could not give back as it was, travels as
JSON text in an attribute ``aws.xray.member.<member>``, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from otel_xray.model import keys
from otel_xray.model.document import Document, Json
from otel_xray.segments import aws, cause, flags, http, sql
from otel_xray.segments.field import Field, Table, flag, table, texts, write, written_keys

SCOPE = "otel_xray.segments"
"""Instrumentation scope of spans that were segment documents: all that they say is stated."""

MEMBER_PREFIX = "aws.xray.member."
"""+ a member's name; the value is JSON text of what no other attribute says."""

SEGMENT = "segment"
SUBSEGMENT = "subsegment"


def _segment(value: Json) -> str | None:
    """Return the type that need not be written."""
    return SEGMENT if value == SEGMENT else None


TYPE = Field("type", ("aws.xray.type",), _segment)
USER = Field("user", (keys.USER,))
ORIGIN = Field("origin", (keys.ORIGIN,))
NAMESPACE = Field("namespace", (keys.NAMESPACE,))
IN_PROGRESS = Field("in_progress", (keys.IN_PROGRESS,), flag)
STATED = (
    Field("resource_arn", ("aws.xray.resource_arn",)),
    Field("inferred", ("aws.xray.inferred",), flag),
    Field("traced", ("aws.xray.traced",), flag),
    Field("precursor_ids", ("aws.xray.precursor_ids",), texts),
)

MEMBERS: Table = {
    **table(TYPE, NAMESPACE, IN_PROGRESS, USER, ORIGIN, *STATED, *flags.FLAGS),
    "http": http.MEMBERS,
    "aws": aws.MEMBERS,
    "sql": sql.MEMBERS,
    "cause": cause.MEMBERS,
}

NAMING = (keys.LOCAL_SERVICE, keys.REMOTE_SERVICE, keys.RPC_SYSTEM)
"""Attributes that say a name and a namespace again, for those who read nothing else."""

IDENTITY = frozenset(
    [
        *("name", "id", "trace_id", "parent_id", "type", "start_time", "end_time", "in_progress"),
        "subsegments",
    ]
)
"""Members that are fields of the span itself."""

OWN_KEYS = frozenset([*written_keys(MEMBERS), *NAMING])
"""Attributes whose meaning is given, so that no annotation can be one of them."""

OWN_PREFIX = "aws.xray."

_STATED_KEYS = frozenset(key for field in STATED for key in field.keys)


def add_stated(document: Document, left: dict[str, Json]) -> None:
    """Add the members that only an attribute can state, and take those attributes."""
    if not _STATED_KEYS.isdisjoint(left):
        document.update(cast("Document", write(STATED, left)))


def merge(target: dict[str, Json], stated: Mapping[str, Json], depth: int = 4) -> None:
    """Add *stated* to *target*, object into object; anything else replaces what is there."""
    for member, value in stated.items():
        known = target.get(member)
        if depth and isinstance(known, dict) and isinstance(value, dict):
            merge(cast("dict[str, Json]", known), cast("dict[str, Json]", value), depth - 1)
        else:
            target[member] = value
