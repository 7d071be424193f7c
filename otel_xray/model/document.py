"""
Segment documents as types.

The members are those of the published schema (developer guide, "X-Ray segment documents"; JSON
schema 1.0.0) plus ``links``, which the collector writes. A document is plain JSON: these types
describe it and cost nothing at run time.
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypedDict, Union

Json: TypeAlias = Any  # what json.loads returns; there is no tighter type for foreign JSON


class StackFrame(TypedDict, total=False):
    """One frame of an exception's stack, innermost first."""

    path: str
    line: int
    label: str


class ExceptionRecord(TypedDict, total=False):
    """One exception; ``cause`` is the id of the exception it was raised from."""

    id: str
    message: str
    type: str
    remote: bool
    truncated: int
    skipped: int
    cause: str
    stack: list[StackFrame]


class Cause(TypedDict, total=False):
    """Why an entity failed."""

    working_directory: str
    paths: list[str]
    exceptions: list[ExceptionRecord]


class Link(TypedDict, total=False):
    """A reference to a segment that is not the parent."""

    trace_id: str
    id: str
    attributes: dict[str, Json]


class Document(TypedDict, total=False):
    """
    A segment, an independent subsegment or an embedded subsegment.

    Times are seconds since the epoch; ids are 16, a trace id 35 characters.
    """

    name: str
    id: str
    trace_id: str
    parent_id: str
    type: str
    namespace: str
    start_time: float
    end_time: float
    in_progress: bool
    inferred: bool
    origin: str
    resource_arn: str
    user: str
    service: dict[str, Json]
    http: dict[str, dict[str, Json]]
    aws: dict[str, Json]
    sql: dict[str, Json]
    error: bool
    throttle: bool
    fault: bool
    cause: Union[Cause, str]
    annotations: dict[str, Union[str, int, float, bool]]
    metadata: dict[str, dict[str, Json]]
    precursor_ids: list[str]
    traced: bool
    links: list[Link]
    subsegments: list[Document]
