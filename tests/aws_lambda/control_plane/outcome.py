"""What became of an invocation and of an environment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    How an invocation ended, as the caller and the platform see it.

    Attributes:
        request_id: of the invocation.
        payload: what the runtime posted; empty when it posted nothing.
        status: ``success``, ``error``, ``timeout`` or ``failure`` (the process ended).
        error: the posted error object, or the platform's own.
        cause: the header with X-Ray's cause; empty when the runtime sent none.
        trace: the tracing header that the function got.
        handed: when the event was handed out, in seconds since the epoch, like the other times.
        responded: when the answer had been read.
        finished: when the runtime and the extensions had asked for the next event.
    """

    request_id: str
    payload: bytes
    status: str
    trace: str | None
    handed: float
    error: dict[str, Any] | None = None
    cause: str = ""
    responded: float | None = None
    finished: float | None = None

    @property
    def value(self) -> Any:
        """What the handler returned."""
        return json.loads(self.payload)

    @property
    def latency(self) -> float:
        """Seconds from the event to the answer: what the caller waits."""
        assert self.responded is not None, self
        return self.responded - self.handed

    @property
    def overhead(self) -> float:
        """Seconds from the answer to the next request for work: what is billed besides."""
        assert self.responded is not None, self
        assert self.finished is not None, self
        return self.finished - self.responded


@dataclass(frozen=True, slots=True)
class Shutdown:
    """
    How an environment ended.

    Attributes:
        asked: SIGTERM was sent, which Lambda does only if there is an extension.
        killed: SIGKILL was needed.
        code: what the process returned; negative: the signal that ended it.
        seconds: it took to end.
    """

    asked: bool
    killed: bool
    code: int
    seconds: float
