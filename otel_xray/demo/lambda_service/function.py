"""What the local Lambda service knows of a function, of an invocation and of its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from otel_xray.model.document import Cause
from otel_xray.model.header import TraceHeader

REGION = "eu-west-1"
ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class Function:
    """
    A function, as ``CreateFunction`` describes it.

    Attributes:
        handler: ``module.function``, the module being in *task_root*.
        task_root: directory of the function's code; it runs there.
        environment: its own variables.
        timeout: seconds that one invocation may take.
        log: file to which the function's output is appended; None throws it away.
    """

    name: str
    handler: str
    task_root: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    timeout: float = 10.0
    memory: int = 256
    log: Path | None = None

    @property
    def arn(self) -> str:
        """Its Amazon resource name."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"


@dataclass(frozen=True, slots=True)
class Invocation:
    """
    One call of a function.

    Attributes:
        caller: the tracing header that came with the call.
        header: the one that the function gets; its parent is the function's segment.
        arrived: seconds since the epoch.
        queued: the caller does not wait for the outcome (``Event``).
    """

    request_id: str
    payload: bytes
    caller: TraceHeader
    header: TraceHeader
    arrived: float
    queued: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an invocation failed; *cause* in the form of segment documents."""

    type: str
    message: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    How an invocation ended.

    Attributes:
        payload: the function's answer, or the error as JSON.
        ended: seconds since the epoch.
    """

    payload: bytes
    ended: float
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A measured stretch of time, in seconds since the epoch."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Phases:
    """
    The measured phases of one invocation; None for one that did not take place.

    Attributes:
        initialization: from the start of the process to its first request for work.
        invocation: from handing out the event to the posted answer.
        overhead: from the posted answer to the next request for work.
    """

    initialization: Span | None = None
    invocation: Span | None = None
    overhead: Span | None = None
