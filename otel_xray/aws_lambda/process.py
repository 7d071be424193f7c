"""What is known of the process of a function; times in nanoseconds since the epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from otel_xray import settings
from otel_xray.aws_lambda import initialization
from otel_xray.aws_lambda.imports import Import
from otel_xray.aws_lambda.initialization import InitializationType
from otel_xray.settings import Settings

if TYPE_CHECKING:  # few functions use it
    from otel_xray.aws_lambda.snapstart import Snapshot

NANOSECONDS = 1_000_000_000

INITIALIZATION = "Initialization"
RESTORE = "Restore"
INVOCATION = "Invocation"
OVERHEAD = "Overhead"
PHASES = frozenset({INITIALIZATION, RESTORE, INVOCATION, OVERHEAD})


class Beginning(NamedTuple):
    """
    How an environment came to be, seen from its first invocation.

    Attributes:
        kind: of the initialization.
        phase: its name, or that of the restoration of a snapshot.
        start: of the phase; 0 where it was not measured.
        end: of the phase; 0 where it was not measured.
        is_waited_for: the invocation had to wait for it: a cold start.
    """

    kind: InitializationType
    phase: str
    start: int
    end: int
    is_waited_for: bool

    @property
    def is_measured(self) -> bool:
        """Both times are known."""
        return bool(self.start and self.end)


class Process:
    """
    The facts.

    Attributes:
        decided: the settings.
        started: when it was started; 0 where the system does not say.
        ready: when the runtime first asked for an invocation; 0 before that, or if nobody says.
        is_followed: the runtime tells what it does.
        is_fresh: no invocation has begun yet.
        drawn: names of the phases that are drawn as they are measured here.
        imports: what the function's modules took, as far as that was measured.
        snapshot: what this process was restored from, or will be.
    """

    def __init__(self, decided: Settings, started: int) -> None:
        self.decided = decided
        self.started = started
        self.ready = 0
        self.is_followed = False
        self.is_fresh = True
        self.drawn = PHASES if decided.lambda_phases else frozenset[str]()
        self.imports: tuple[Import, ...] = ()
        self.snapshot: Snapshot | None = None

    @classmethod
    def present(cls) -> Process:
        """Return this process, before anything has happened in it."""
        return cls(settings.load(), int((initialization.process_start() or 0) * NANOSECONDS))

    def beginning(self, received: int) -> Beginning | None:
        """
        Return how the environment came to be, for its first invocation; None for any other.

        Args:
            received: when the invocation began.
        """
        if not self.is_fresh:
            return None
        self.is_fresh = False
        if self.snapshot is not None and self.snapshot.restored:
            restored = self.snapshot.restored
            kind = InitializationType.SNAP_START
            return Beginning(kind, RESTORE, restored, self.ready, is_waited_for=True)
        times = (self.started, self.ready, received)
        kind = initialization.classify(settings.environment(), *map(_seconds, times))
        waited = kind.is_waited_for
        return Beginning(kind, INITIALIZATION, self.started, self.ready, is_waited_for=waited)


def _seconds(time: int) -> float | None:
    return time / NANOSECONDS if time else None
