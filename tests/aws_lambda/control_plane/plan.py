"""What an environment is to be like, and what Lambda makes of that."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import SystemRandom

from otel_xray.demo.lambda_service import execution_environment
from otel_xray.demo.lambda_service.endpoint import Reply
from otel_xray.demo.lambda_service.function import Function
from otel_xray.model import ids

MANAGED = "lambda-managed-instances"
SNAP_START = "snap-start"
RUNTIME = (sys.executable, "-m", "awslambdaric")

_RANDOM = SystemRandom()


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What an environment is like; see the package's text.

    Attributes:
        late: telemetry is delivered only when a test says so.
        init_timeout: seconds that an initialization may take before it is done again.
    """

    function: Function
    command: Sequence[str] = RUNTIME
    initialization_type: str = "on-demand"
    freezes: bool = True
    late: bool = False
    telemetry: Reply | None = None
    extensions: Reply | None = None
    extension_grace: float = 0.0
    init_timeout: float = 10.0

    @property
    def schemas(self) -> frozenset[str]:
        """Versions of the telemetry's schema that may be subscribed to."""
        newest = {"2025-01-29"}
        return frozenset(newest if self._is_managed else {"2022-07-01", "2022-12-13", *newest})

    @property
    def extension_events(self) -> frozenset[str]:
        """Events that an internal extension may register for."""
        return frozenset(() if self._is_managed else {"INVOKE"})

    @property
    def _is_managed(self) -> bool:
        return self.initialization_type == MANAGED

    def variables(self) -> dict[str, str]:
        """Return the environment that Lambda gives a function with this initialization."""
        made = {"AWS_LAMBDA_INITIALIZATION_TYPE": self.initialization_type}
        if self._is_managed:
            made["AWS_LAMBDA_MAX_CONCURRENCY"] = "1"
        function = replace(self.function, environment={**made, **self.function.environment})
        variables = execution_environment.variables(function, "")
        if self.initialization_type == SNAP_START:
            del variables["AWS_LAMBDA_LOG_STREAM_NAME"]
        return variables


class New:
    """Stands for a tracing header that is to be made."""


NEW = New()


def header_of(trace: str | New | None) -> str | None:
    """Return the tracing header: the given one, or that of a new sampled trace."""
    if not isinstance(trace, New):
        return trace
    root = ids.from_parts(int(time.time()), _RANDOM.getrandbits(ids.RANDOM_BITS))
    parent = ids.to_hex(_RANDOM.getrandbits(64) or 1)
    return f"Root={ids.to_xray(root)};Parent={parent};Sampled=1;Lineage=1:a87bd80c:0"
