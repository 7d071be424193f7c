"""The seam between those who keep entities and those who read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from otel_xray.console.entity import AnnotationValue, Entity, Kind, Original
from otel_xray.errors import OtelXrayError
from otel_xray.model.ids import SpanId, TraceId

# annotation key → values, of which a trace must have one, on any of its entities
Wanted: TypeAlias = Mapping[str, tuple[AnnotationValue, ...]]


class StoreUnavailable(OtelXrayError):
    """The store could not keep or read something: it is closed, full, or locked."""


class Cursor(NamedTuple):
    """A place in the list of traces: everything older than it comes next."""

    start: float
    number: int


@dataclass(frozen=True, slots=True)
class StoreState:
    """
    How much the store holds.

    Attributes:
        revision: grows with every commit that changes something.
    """

    revision: int
    traces: int
    entities: int


@dataclass(frozen=True, slots=True)
class RootRow:
    """The root segment of a trace: the earliest segment without a parent."""

    name: str
    start: float
    end: float | None
    in_progress: bool
    flags: int
    code: int | None
    method: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class TraceOutline:
    """
    What a list says about one trace.

    Attributes:
        start: of its earliest entity, in seconds since the epoch.
        end: of its latest entity.
        pending: number of entities in progress.
        flags: those of all its entities.
        partial: some parent was never received.
        services: names of its segments.
        annotations: distinct pairs of key and value.
    """

    trace_id: TraceId
    start: float
    end: float | None
    entities: int
    pending: int
    flags: int
    partial: bool
    root: RootRow | None
    user: str | None
    services: tuple[str, ...]
    annotations: tuple[tuple[str, AnnotationValue], ...]


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One entity as the timeline needs it; ids are 16 hex digits."""

    id: str
    parent: str | None
    kind: Kind
    name: str
    origin: str | None
    namespace: str | None
    start: float
    end: float | None
    in_progress: bool
    flags: int
    code: int | None
    annotations: int
    metadata: int
    exceptions: int
    sql: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some traces, newest first; *next* is None when no older one is left."""

    state: StoreState
    outlines: tuple[TraceOutline, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class StoredTrace:
    """One trace with all its entities, in no particular order."""

    outline: TraceOutline
    rows: tuple[EntityRow, ...]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One entity in full: its document as JSON text, and what arrived."""

    body: str
    original: Original


@dataclass(frozen=True, slots=True)
class LinkedTrace:
    """
    One trace, and those of its entities that have links.

    Attributes:
        linked: (id, document as JSON text) of each entity whose document has links.
    """

    trace: StoredTrace
    linked: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Correlated:
    """
    The newest of the traces that some annotations select, oldest first.

    Attributes:
        total: how many there are.
    """

    total: int
    traces: tuple[LinkedTrace, ...]


class TraceReader(Protocol):
    """
    Reads what was kept.

    Every method may be called from any thread, and raises `StoreUnavailable` when it cannot.
    """

    def state(self) -> StoreState:
        """Return how much is there."""
        ...

    def newest(self, limit: int, before: Cursor | None = None) -> Page:
        """Return at most *limit* traces, newest first, older than *before*."""
        ...

    def trace(self, trace_id: TraceId) -> StoredTrace | None:
        """Return a trace; None when nothing of it was received."""
        ...

    def document(self, trace_id: TraceId, entity_id: SpanId) -> StoredDocument | None:
        """Return one entity in full; None when it was not received."""
        ...

    def correlated(self, wanted: Wanted, limit: int) -> Correlated:
        """Return the traces that have, for each key, one of its values; at most *limit*."""
        ...


class TraceStore(TraceReader, Protocol):
    """
    Keeps entities by (trace id, id).

    The first completed version of an entity wins; one in progress gives way to any later version.
    Every method may be called from any thread, and raises `StoreUnavailable` when it cannot.
    """

    def put(self, entities: Sequence[Entity]) -> Future[None]:
        """Keep *entities*; the future is done when they are safe from the end of the process."""
        ...
