"""
The tracing header of an outgoing request: the span's ids, everything else as it was received.

Lambda detects recursive loops by the field ``Lineage``, which must travel on unchanged; a field
that nobody knows today deserves the same. botocore copies the header of the invocation into its
requests before anybody sees them, percent-encoded, where the X-Ray SDK sends it as it is; so does
`merged`.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from string import ascii_letters, digits, punctuation
from urllib.parse import quote, unquote

from opentelemetry.trace import SpanContext

from otel_xray import settings
from otel_xray.model import header
from otel_xray.model.header import HEADER_NAME, TraceHeader

_REPLACED = frozenset({"Root", "Parent", "Sampled"})
_PRINTABLE = ascii_letters + digits + punctuation + " "


def write(headers: MutableMapping[str, str], span: SpanContext) -> None:
    """Make *headers* name *span*, whatever the spelling of the tracing header's name there."""
    name = next((key for key in headers if key.lower() == HEADER_NAME.lower()), HEADER_NAME)
    existing: object = headers.get(name, "")  # requests and botocore take bytes, too
    text = existing.decode("latin-1") if isinstance(existing, bytes) else str(existing)
    headers[name] = merged(text, span)


def merged(existing: str, span: SpanContext) -> str:
    """
    Return the tracing header that names *span*.

    Args:
        existing: what the request carries so far; empty for nothing. Its other fields are kept;
            those of Lambda's header are, when it is nothing or botocore's copy of that.
        span: must be valid.
    """
    own = TraceHeader(span.trace_id, span.span_id, span.trace_flags.sampled)
    return ";".join([header.format(own), *kept(existing)])


def kept(existing: str) -> list[str]:
    """
    Return the fields that travel on: all but those that name the caller, ready to be sent.

    Args:
        existing: as for `merged`.
    """
    invocation = settings.lambda_trace_header() or ""
    received = existing if existing and unquote(existing) != invocation else invocation
    others = [part for part in received.split(";") if part.strip() and _key(part) not in _REPLACED]
    # Nothing that a request must not carry gets into it: line breaks, letters beyond ASCII.
    return [quote(part, safe=_PRINTABLE) for part in others]


def _key(field: str) -> str:
    return field.partition("=")[0].strip()
