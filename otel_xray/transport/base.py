"""The seam between exporters and the network."""

from __future__ import annotations

from typing import Protocol, TypeAlias, TypeVar

Payload_contra = TypeVar("Payload_contra", contravariant=True)
Answer_co = TypeVar("Answer_co", covariant=True)


class Carrier(Protocol[Payload_contra, Answer_co]):
    """Carries payloads to one destination."""

    def send(self, payload: Payload_contra, timeout: float) -> Answer_co:
        """
        Deliver *payload*.

        Args:
            payload: one message: a datagram, or the body of a request.
            timeout: seconds after which to give up.

        Returns:
            What the other side says to it.

        Raises:
            TransportError: it was not delivered; ``retry_after`` says whether to try again.
        """
        ...

    def close(self) -> None:
        """Let go of sockets; a later `send` opens them again."""
        ...


Transport: TypeAlias = Carrier[bytes, bytes]

NO_ANSWER = b""
