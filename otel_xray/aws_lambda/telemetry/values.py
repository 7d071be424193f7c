"""The platform's figures as values; durations in milliseconds, sizes in bytes, None: not told."""

from __future__ import annotations

from dataclasses import dataclass

_NANOSECONDS_OF_MILLISECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A measured stretch of time, in nanoseconds since the epoch."""

    start: int
    end: int

    @property
    def milliseconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / _NANOSECONDS_OF_MILLISECOND


def stretch(start: int | None, milliseconds: float | None) -> Stretch | None:
    """Return the stretch that begins at *start*, if that and its length are known."""
    if start is None or milliseconds is None:
        return None
    return Stretch(start, start + int(milliseconds * _NANOSECONDS_OF_MILLISECOND))


@dataclass(frozen=True, slots=True)
class Initialization:
    """
    An initialization.

    Attributes:
        type: ``on-demand``, ``provisioned-concurrency``, …
        phase: ``init``, or ``invoke`` for one that took place inside an invocation.
        started: nanoseconds since the epoch.
    """

    type: str | None = None
    phase: str | None = None
    started: int | None = None
    duration: float | None = None
    status: str | None = None
    error_type: str | None = None

    @property
    def stretch(self) -> Stretch | None:
        """When it took place, once both ends are known."""
        return stretch(self.started, self.duration)


@dataclass(frozen=True, slots=True)
class Restoration:
    """The restoration of a snapshot, as `Initialization`."""

    started: int | None = None
    duration: float | None = None
    status: str | None = None
    error_type: str | None = None

    @property
    def stretch(self) -> Stretch | None:
        """When it took place, once both ends are known."""
        return stretch(self.started, self.duration)


@dataclass(frozen=True, slots=True)
class Invocation:
    """
    One invocation.

    Attributes:
        told: kinds of the events that have come.
        span_id: of the function's own X-Ray segment.
        started: nanoseconds since the epoch.
        duration: until the runtime asked for the next event.
        response_latency: from the platform having the event to the runtime answering.
        response_duration: from there to the end of the answer.
        runtime_overhead: from there to the runtime asking for the next event.
        extension_overhead: from there to the extensions asking for theirs.
    """

    told: frozenset[str] = frozenset()
    span_id: str | None = None
    started: int | None = None
    status: str | None = None
    error_type: str | None = None
    duration: float | None = None
    produced_bytes: int | None = None
    response_latency: Stretch | None = None
    response_duration: Stretch | None = None
    runtime_overhead: Stretch | None = None
    extension_overhead: Stretch | None = None
    billed_duration: float | None = None
    memory_size: int | None = None
    max_memory_used: int | None = None
    init_duration: float | None = None
    restore_duration: float | None = None

    @property
    def stretch(self) -> Stretch | None:
        """From the platform having the event to the end of the answer, or of the attempt."""
        latency, answer = self.response_latency, self.response_duration
        if latency is not None:
            return Stretch(latency.start, max(latency.end, answer.end if answer else 0))
        return stretch(self.started, self.duration)


@dataclass(frozen=True, slots=True)
class Lost:
    """What the platform could not deliver."""

    records: int = 0
    bytes: int = 0
