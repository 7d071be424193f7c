"""The tracing header of an outgoing request."""

from __future__ import annotations

from collections.abc import MutableMapping

from opentelemetry.trace import SpanContext

from otel_xray.model.header import HEADER_NAME
from otel_xray.spans.sent_header import kept, merged

__all__ = ["as_text", "kept", "merged", "write"]


def write(headers: MutableMapping[str, str], span: SpanContext) -> None:
    """Make *headers* name *span*, whatever the spelling of the tracing header's name there."""
    name = HEADER_NAME
    for key in headers:
        if len(key) == _LENGTH and key.lower() == _LOWER:
            name = key
            break
    headers[name] = merged(as_text(headers.get(name)), span)


def as_text(value: object) -> str:
    """Return a header's value; requests and botocore take bytes, too."""
    if value is None:
        return ""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


_LENGTH = len(HEADER_NAME)
_LOWER = HEADER_NAME.lower()
