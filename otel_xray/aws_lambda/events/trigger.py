"""What is known of an invocation's cause, and the row of the table that found it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from opentelemetry.trace import Link, SpanContext
from opentelemetry.util.types import AttributeValue

from otel_xray.carriers.values import NOTHING
from otel_xray.model.header import TraceHeader

Event: TypeAlias = Mapping[str, Any]
Attributes: TypeAlias = Mapping[str, AttributeValue]
Kind: TypeAlias = Literal["http", "pubsub", "datasource", "timer", "other"]  # of faas.trigger


class Trigger(NamedTuple):
    """
    The cause of an invocation.

    Attributes:
        source: name of a row in the table of sources.
        kind: value of ``faas.trigger``.
        name: for the handler's span, of few values; None where the function's own says more.
        attributes: of the handler's span.
        w3c: the caller that the event or the client context names by W3C Trace Context.
        xray: the tracing header that the event has; it may name a trace only.
        links: to the senders of the records, if the event is a batch; to a second caller.
        records: how many the batch has; 0 for what is no batch.
    """

    source: str
    kind: Kind
    name: str | None = None
    attributes: Attributes = NOTHING
    w3c: SpanContext | None = None
    xray: TraceHeader | None = None
    links: tuple[Link, ...] = ()
    records: int = 0


class Source(NamedTuple):
    """
    A row of the table: one shape of event.

    Attributes:
        name: value of the attribute ``aws.xray.trigger``.
        title: for people.
        kind: value of ``faas.trigger``.
        recognised: says of an event whether it has this shape; looks at a few keys only.
        reader: the module of this package, loaded when such an event comes, that has ``read``.
        span: the handler's span is named so; for people.
        caller: where the event names who caused it; for people.
    """

    name: str
    title: str
    kind: Kind
    recognised: Callable[[Event], bool]
    reader: str
    span: str = ""
    caller: str = ""


Reader: TypeAlias = Callable[[Source, Event], Trigger]
