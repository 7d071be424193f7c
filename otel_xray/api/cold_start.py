"""Whether an invocation is the first of its Lambda environment."""

from __future__ import annotations

from otel_xray import settings


class ColdStart:
    """Knows the first invocation of this process by its tracing header."""

    def __init__(self) -> None:
        self._seen = False
        self._first: str | None = None

    def is_cold(self) -> bool:
        """
        Say whether the current invocation waited for this environment to start.

        Within one invocation the answer stays the same. Outside Lambda, where invocations have
        no header, only the first question is answered with yes. With provisioned concurrency
        nobody waited (Powertools Tracer says the same).
        """
        if not settings.is_on_demand_start():
            return False
        invocation = settings.lambda_trace_header()
        if not self._seen:
            self._seen = True
            self._first = invocation
            return True
        return invocation is not None and invocation == self._first


cold_start = ColdStart()
