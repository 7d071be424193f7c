"""A transport that keeps what it is given, for tests."""

from __future__ import annotations

from otel_xray.errors import TransportError
from otel_xray.transport.base import NO_ANSWER


class MemoryTransport:
    """
    Collects payloads in a list.

    Attributes:
        payloads: everything delivered so far, oldest first.
        failures: errors to raise instead, one for each of the next calls.
        answer: what the other side says to each payload.
    """

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.failures: list[TransportError] = []
        self.answer = NO_ANSWER

    def send(self, payload: bytes, timeout: float) -> bytes:  # noqa: ARG002  the seam's signature
        """Keep *payload*, or raise the next of `failures`."""
        if self.failures:
            raise self.failures.pop(0)
        self.payloads.append(payload)
        return self.answer

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
