"""The console's JSON, as far as the demo reads it; times are seconds since the epoch."""

from __future__ import annotations

from typing import Optional, TypedDict, Union


class Http(TypedDict):
    """The request that began a trace."""

    method: Optional[str]
    url: Optional[str]
    status: Optional[int]


class Summary(TypedDict):
    """One trace of ``GET /api/traces``."""

    id: str
    duration: Optional[float]
    status: str
    partial: bool
    http: Optional[Http]
    entryPoint: Optional[str]
    entities: int
    annotations: dict[str, list[Union[str, int, float, bool]]]


class Row(TypedDict):
    """One segment or subsegment of a trace, in timeline order."""

    id: str
    parent: Optional[str]
    depth: int
    name: str
    origin: Optional[str]
    start: float
    end: Optional[float]
    inProgress: bool
    status: str
    phase: Optional[str]
    annotations: int
    metadata: int
    exceptions: int
    orphan: bool


class View(TypedDict):
    """``GET /api/traces/{id}``."""

    trace: Summary
    rows: list[Row]


class Page(TypedDict):
    """``GET /api/traces``; *next* is the cursor of the page after this one."""

    next: Optional[str]
    traces: list[Summary]
