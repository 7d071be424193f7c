"""What a message says of the span that sent it, and the links that this makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from opentelemetry.trace import Link, SpanContext

from otel_xray.errors import InvalidTraceHeader
from otel_xray.model import header
from otel_xray.model.header import TraceHeader
from otel_xray.spans.parent import segment_of

LINKS = 20  # X-Ray keeps that many of a segment


class Carried(NamedTuple):
    """
    The senders that a message names.

    Attributes:
        w3c: the span in fields of W3C Trace Context.
        xray: the tracing header; it may name a trace and no span of it.
    """

    w3c: SpanContext | None = None
    xray: TraceHeader | None = None

    @property
    def contexts(self) -> tuple[SpanContext, ...]:
        """The spans that are named, W3C's first; the same one twice counts once."""
        return tuple(link.context for link in links([self]))

    @property
    def links(self) -> tuple[Link, ...]:
        """A link to each of `contexts`."""
        return links([self])

    def or_else(self, other: Carried) -> Carried:
        """Return what is carried here, completed by *other*."""
        return Carried(self.w3c or other.w3c, self.xray or other.xray)


NOTHING = Carried()


def links(several: Iterable[Carried], limit: int = LINKS) -> tuple[Link, ...]:
    """
    Return links to the spans that messages name, each span once.

    Args:
        several: what the messages carry.
        limit: the most links there may be; messages after that are not looked at.
    """
    found: dict[tuple[int, int], Link] = {}
    for carried in several:
        for span in filter(None, (carried.w3c, segment_of(carried.xray))):
            found.setdefault((span.trace_id, span.span_id), Link(span))
        if len(found) >= limit:
            break
    return tuple(found.values())[:limit]


def tracing_header(value: object) -> TraceHeader | None:
    """Return the tracing header that *value* is the text of; None when it names no trace."""
    if not isinstance(value, str):
        return None
    try:
        received = header.parse(value)
    except InvalidTraceHeader:  # whoever sent it is elsewhere, and a batch has many of them
        return None
    return None if received.root is None else received
