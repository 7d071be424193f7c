"""
The tracing header that is sent on: the span's ids, everything else as it was received.

Lambda detects recursive loops by the field ``Lineage``, which must travel on unchanged; a field
that nobody knows today deserves the same. botocore copies the header of the invocation into its
requests before anybody sees them, percent-encoded, where the X-Ray SDK sends it as it is; so does
`merged`.
"""

from __future__ import annotations

from string import ascii_letters, digits, punctuation
from urllib.parse import quote, unquote

from opentelemetry.context import Context
from opentelemetry.trace import SpanContext

from otel_xray import settings
from otel_xray.model.ids import to_hex, to_xray
from otel_xray.spans import received

_REPLACED = frozenset({"root", "parent", "sampled"})
_PRINTABLE = ascii_letters + digits + punctuation + " "


def merged(existing: str, span: SpanContext) -> str:
    """
    Return the tracing header that names *span*.

    Args:
        existing: what the request or message carries so far; empty for nothing. Its other fields
            are kept; when it is nothing, or botocore's copy of Lambda's header, what was received.
        span: must be valid.
    """
    # For each request: `header.format` would take three times as long.
    sampled = int(span.trace_flags.sampled)
    own = f"Root={to_xray(span.trace_id)};Parent={to_hex(span.span_id)};Sampled={sampled}"
    return ";".join([own, *kept(existing)])


def kept(existing: str, context: Context | None = None) -> list[str]:
    """
    Return the fields that travel on: all but those that name the caller, ready to be sent.

    Those of the request itself, if it has any; else, in Lambda, those of the invocation; else those
    that came with the request that is being served.

    Args:
        existing: as for `merged`.
        context: in which the request is sent; the current one by default.
    """
    invocation = settings.lambda_trace_header() or ""
    if existing and unquote(existing) != invocation:
        text = existing
    else:
        served = None if invocation else received.of(context)
        text = served.header if served else invocation
    if not text:
        return []
    others = [part for part in text.split(";") if part.strip() and _name(part) not in _REPLACED]
    # Nothing that a request must not carry gets into it: line breaks, letters beyond ASCII.
    return [quote(part, safe=_PRINTABLE) for part in others]


def _name(field: str) -> str:
    return field.partition("=")[0].strip().lower()
