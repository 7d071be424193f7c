"""The seam between exporters and the network."""

from __future__ import annotations

from typing import Protocol


class Transport(Protocol):
    """Carries payloads to one destination."""

    def send(self, payload: bytes, timeout: float) -> None:
        """
        Deliver *payload*.

        Args:
            payload: one message: a datagram, or the body of a request.
            timeout: seconds after which to give up.

        Raises:
            TransportError: it was not delivered; ``retry_after`` says whether to try again.
        """
        ...

    def close(self) -> None:
        """Let go of sockets; a later `send` opens them again."""
        ...
