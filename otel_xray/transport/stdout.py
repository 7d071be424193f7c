"""Text on the standard output."""

from __future__ import annotations

import sys

from otel_xray.errors import TransportError
from otel_xray.transport.base import NO_ANSWER


class StdoutTransport:
    """Writes each payload, text in UTF-8, to whatever `sys.stdout` is at that moment."""

    def send(self, payload: bytes, timeout: float) -> bytes:  # noqa: ARG002  the seam's signature
        """Write *payload*."""
        try:
            text = payload.decode()
            encoding = sys.stdout.encoding or "utf-8"
            sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
            sys.stdout.flush()
        except (AttributeError, OSError, ValueError) as error:  # none, gone, or closed
            msg = f"cannot write to the standard output ({error})"
            raise TransportError(msg) from error
        return NO_ANSWER

    def close(self) -> None:
        """Do nothing: it is not ours."""
