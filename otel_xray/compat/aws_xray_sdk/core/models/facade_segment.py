"""The function's own segment, which Lambda makes: it takes subsegments and nothing else."""

from __future__ import annotations

from typing import Any, NoReturn

from ..exceptions.exceptions import FacadeSegmentMutationException
from .segment import Segment

MUTATION_UNSUPPORTED_MESSAGE = "FacadeSegments cannot be mutated."


class FacadeSegment(Segment):
    """
    The segment that Lambda makes for an invocation.

    Attributes:
        initializing: Lambda has not said yet which it is.
    """

    def __init__(
        self, name: str, entityid: str | None, traceid: str | None, sampled: bool | None
    ) -> None:
        self.initializing = not entityid or not traceid or sampled is None
        super().__init__(name, entityid, traceid, sampled=bool(sampled))
        self.sampled = sampled  # type: ignore[assignment]  # None while it is not decided

    def close(self, end_time: float | None = None) -> NoReturn:
        """Refuse: Lambda ends it."""
        self._refuse()

    def put_http_meta(self, key: str, value: Any) -> NoReturn:
        """Refuse."""
        self._refuse()

    def put_annotation(self, key: str, value: Any) -> NoReturn:
        """Refuse."""
        self._refuse()

    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> NoReturn:
        """Refuse."""
        self._refuse()

    def set_aws(self, aws_meta: dict[str, Any]) -> NoReturn:
        """Refuse."""
        self._refuse()

    def set_user(self, user: str) -> NoReturn:
        """Refuse."""
        self._refuse()

    def add_throttle_flag(self) -> NoReturn:
        """Refuse."""
        self._refuse()

    def add_fault_flag(self) -> NoReturn:
        """Refuse."""
        self._refuse()

    def add_error_flag(self) -> NoReturn:
        """Refuse."""
        self._refuse()

    def add_exception(self, exception: BaseException, stack: Any, remote: bool = False) -> NoReturn:
        """Refuse."""
        self._refuse()

    def apply_status_code(self, status_code: int | None) -> NoReturn:
        """Refuse."""
        self._refuse()

    def serialize(self) -> NoReturn:
        """Refuse."""
        self._refuse()

    def ready_to_send(self) -> bool:
        """Say that it is never sent from here."""
        return False

    def increment(self) -> None:
        """Count one more subsegment."""
        self._subsegments_counter.increment()

    def decrement_ref_counter(self) -> None:
        """Count nothing: it is not this process that waits for open subsegments."""

    def _refuse(self) -> NoReturn:
        raise FacadeSegmentMutationException(MUTATION_UNSUPPORTED_MESSAGE)
