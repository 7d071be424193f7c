"""
Every exception that otel-xray raises on purpose.

::

    OtelXrayError
    ├── ConfigurationError      a setting, argument or file that has to be changed
    ├── InvalidTraceHeader      text that is no X-Amzn-Trace-Id header
    ├── InvalidTraceId          text that is no trace id in either spelling
    ├── InvalidDocument         bytes or an object that is no segment document
    ├── ContextMissing          an X-Ray call without a segment, under RUNTIME_ERROR
    ├── TransportError          bytes that could not be delivered
    ├── InvalidTicket           text that is no resume ticket, or one that must not be used
    │                           (defined beside tickets, `otel_xray.api.ticket`)
    └── StoreUnavailable        the console's store could not keep or read something
                                (defined beside the store, `otel_xray.console.store.base`)

They are raised early (configuration) or where X-Ray's contract says so; while telemetry is
recorded and sent nothing of ours reaches the application.
"""

from __future__ import annotations


class OtelXrayError(Exception):
    """Base of all exceptions of this package."""


class ConfigurationError(OtelXrayError, ValueError):
    """A setting cannot be used; the message quotes the value and says what to change."""


class InvalidTraceHeader(OtelXrayError, ValueError):
    """A tracing header that cannot be read."""


class InvalidTraceId(OtelXrayError, ValueError):
    """A trace id that is in neither X-Ray's nor W3C's spelling."""


class InvalidDocument(OtelXrayError, ValueError):
    """Bytes or an object that cannot be read as a segment document."""


class ContextMissing(OtelXrayError):
    """There is no current segment, and AWS_XRAY_CONTEXT_MISSING is RUNTIME_ERROR."""


class TransportError(OtelXrayError):
    """
    A payload could not be delivered.

    Attributes:
        retry_after: seconds after which another attempt makes sense; None when none does.
        too_large: it may be taken in parts.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, too_large: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.too_large = too_large
