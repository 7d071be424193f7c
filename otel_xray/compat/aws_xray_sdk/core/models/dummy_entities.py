"""What is handed out where nothing is recorded: it takes everything and keeps nothing."""

from __future__ import annotations

from typing import Any

from otel_xray import settings

from .noop_traceid import NoOpTraceId
from .segment import Segment
from .subsegment import Subsegment
from .traceid import TraceId as TraceId

NO_ID = "0000000000000000"


class _Ignoring:
    """Everything that would be recorded is not."""

    def set_aws(self, aws_meta: dict[str, Any]) -> None:
        """Ignore it."""

    def put_http_meta(self, key: str, value: Any) -> None:
        """Ignore it."""

    def put_annotation(self, key: str, value: Any) -> None:
        """Ignore it."""

    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> None:
        """Ignore it."""

    def apply_status_code(self, status_code: int | None) -> None:
        """Ignore it."""

    def add_exception(self, exception: BaseException, stack: Any, remote: bool = False) -> None:
        """Ignore it."""

    def serialize(self) -> str | None:
        """Return nothing."""
        return None


class DummySegment(_Ignoring, Segment):
    """
    A segment that is not recorded.

    Its ids are real, so that what is called carries the trace on; with ``AWS_XRAY_NOOP_ID=true``
    they are zeros.
    """

    def __init__(self, name: str = "dummy") -> None:
        if zero_ids():
            super().__init__(name, entityid=NO_ID, traceid=NoOpTraceId().to_id())
        else:
            super().__init__(name)
        self.sampled = False

    def set_user(self, user: str) -> None:
        """Ignore it."""

    def set_service(self, service_info: dict[str, Any]) -> None:
        """Ignore it."""


class DummySubsegment(_Ignoring, Subsegment):
    """A subsegment that is not recorded; its ids are as those of `DummySegment`."""

    def __init__(self, segment: Any, name: str = "dummy") -> None:
        self._construct(name, "dummy", segment, NO_ID if zero_ids() else None)
        self.sampled = False

    def set_sql(self, sql: dict[str, Any]) -> None:
        """Ignore it."""


def zero_ids() -> bool:
    """Say whether entities that are not sampled shall have the ids that the X-Ray SDK gave them."""
    return settings.environment().get("AWS_XRAY_NOOP_ID", "").lower() == "true"
