"""A transport that keeps what it is given, for tests."""

from __future__ import annotations

from otel_xray.errors import TransportError


class MemoryTransport:
    """
    Collects payloads in a list.

    Attributes:
        payloads: everything delivered so far, oldest first.
        failures: errors to raise instead, one for each of the next calls.
    """

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.failures: list[TransportError] = []

    def send(self, payload: bytes, timeout: float) -> None:  # noqa: ARG002  the seam's signature
        """Keep *payload*, or raise the next of `failures`."""
        if self.failures:
            raise self.failures.pop(0)
        self.payloads.append(payload)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
