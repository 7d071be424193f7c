"""
Trace and segment ids in both spellings.

W3C writes a trace id as 32 hexadecimal digits, X-Ray as ``1-`` + 8 digits + ``-`` + 24 digits
(developer guide, "Tracing header"). A segment id and a span id are the same 16 digits. Inside
this package ids are integers, as in OpenTelemetry's API.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from otel_xray.errors import InvalidTraceId

TraceId: TypeAlias = int
SpanId: TypeAlias = int

TIME_BITS = 32
RANDOM_BITS = 96

_XRAY = re.compile(r"1-([0-9a-f]{8})-([0-9a-f]{24})", re.ASCII | re.IGNORECASE)
_W3C = re.compile(r"[0-9a-f]{32}", re.ASCII | re.IGNORECASE)
_SPAN = re.compile(r"[0-9a-f]{16}", re.ASCII | re.IGNORECASE)


def to_xray(trace_id: TraceId) -> str:
    """Return *trace_id* as X-Ray writes it, ``1-5759e988-bd862e3fe1be46a994272793``."""
    digits = to_w3c(trace_id)
    return f"1-{digits[:8]}-{digits[8:]}"


def to_w3c(trace_id: TraceId) -> str:
    """Return *trace_id* as 32 hexadecimal digits."""
    return f"{trace_id:032x}"


def to_hex(span_id: SpanId) -> str:
    """Return a span id (segment id) as 16 hexadecimal digits."""
    return f"{span_id:016x}"


def parse_trace_id(text: str) -> TraceId:
    """
    Read a trace id in either spelling.

    Raises:
        InvalidTraceId: *text* is in neither spelling, or all its digits are zero.
    """
    xray = _XRAY.fullmatch(text)
    digits = xray[1] + xray[2] if xray else text
    if not _W3C.fullmatch(digits) or not int(digits, 16):
        msg = (
            f"{text!r} is not a trace id; write 1-<8 hex digits>-<24 hex digits> or 32 hex digits."
        )
        raise InvalidTraceId(msg)
    return int(digits, 16)


def parse_span_id(text: str) -> SpanId | None:
    """Read a span id (segment id) of 16 hexadecimal digits; None when it is none or zero."""
    return int(text, 16) or None if _SPAN.fullmatch(text) else None


def from_parts(seconds: int, randomness: int) -> TraceId:
    """
    Compose a trace id whose first 32 bits are the time, as X-Ray makes them.

    Args:
        seconds: time since the epoch.
        randomness: at least 96 random bits; more are cut off.
    """
    time_bits = seconds & ((1 << TIME_BITS) - 1)
    return time_bits << RANDOM_BITS | randomness & ((1 << RANDOM_BITS) - 1)
