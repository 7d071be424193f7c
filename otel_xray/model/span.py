"""
`SpanData`, the frozen value between OpenTelemetry and X-Ray.

Everything that is translated passes through it: a span of the SDK, a span that arrived as OTLP,
a segment document. It has the fields of OTLP's ``Span`` message (opentelemetry-proto,
``trace.proto``), with the resource and the scope beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, Union

from otel_xray.model.ids import SpanId, TraceId

Scalar: TypeAlias = Union[str, bool, int, float, bytes]
AttributeValue: TypeAlias = Union[
    Scalar, Sequence["AttributeValue"], Mapping[str, "AttributeValue"], None
]
Attributes: TypeAlias = Mapping[str, AttributeValue]

NO_ATTRIBUTES: Attributes = MappingProxyType({})

# Named tuples, where values are elsewhere frozen dataclasses: one of each is made for every span
# on its way out, and a tuple is made in two thirds of the time.


class Kind(IntEnum):
    """Span kinds, numbered as in OTLP."""

    UNSPECIFIED = 0
    INTERNAL = 1
    SERVER = 2
    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


class StatusCode(IntEnum):
    """Status codes, numbered as in OTLP."""

    UNSET = 0
    OK = 1
    ERROR = 2


class EventData(NamedTuple):
    """
    Something that happened during a span; X-Ray knows exceptions only.

    Attributes:
        time: nanoseconds since the epoch.
    """

    name: str
    time: int
    attributes: Attributes = NO_ATTRIBUTES


class LinkData(NamedTuple):
    """A reference to a span that is not the parent, possibly of another trace."""

    trace_id: TraceId
    span_id: SpanId
    attributes: Attributes = NO_ATTRIBUTES


class ScopeData(NamedTuple):
    """The instrumentation scope: which code made the span."""

    name: str = ""
    version: str = ""


class SpanData(NamedTuple):
    """
    One span.

    Attributes:
        parent_id: None for a root.
        start: nanoseconds since the epoch.
        end: nanoseconds since the epoch; None while the span is in progress.
        attributes: of the span itself.
        resource: attributes of the process that made the span.
        trace_state: W3C ``tracestate``, as text.
        flags: W3C trace flags, plus OTLP's bits 8 and 9 about a remote parent.
    """

    trace_id: TraceId
    span_id: SpanId
    name: str
    start: int
    end: int | None = None
    parent_id: SpanId | None = None
    kind: Kind = Kind.INTERNAL
    attributes: Attributes = NO_ATTRIBUTES
    status: StatusCode = StatusCode.UNSET
    status_message: str = ""
    events: Sequence[EventData] = ()
    links: Sequence[LinkData] = ()
    resource: Attributes = NO_ATTRIBUTES
    scope: ScopeData = ScopeData()
    trace_state: str = ""
    flags: int = 1
