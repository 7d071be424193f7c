"""Finding the row of the table that an event belongs to, and describing the event by it."""

from __future__ import annotations

from importlib import import_module

from opentelemetry.trace import Link

from otel_xray.aws_lambda.events.sources import APPSYNC, DIRECT, SOURCES
from otel_xray.aws_lambda.events.trigger import Event, Reader, Source, Trigger
from otel_xray.carriers.values import NOTHING, items, mapping
from otel_xray.instrument.shield import Shield
from otel_xray.model import keys

_shield = Shield("looking at what invoked the function")


def recognise(event: object, client_context: object = None) -> Trigger:
    """
    Return what caused an invocation.

    Args:
        event: of any shape.
        client_context: Lambda's context object, or what it has as ``client_context`` or that as
            ``custom``; of any shape. The caller that it names comes before one in the event.
    """
    trigger = Trigger(DIRECT, "other")
    with _shield:
        trigger = _described(event)
        if client_context is not None:
            trigger = _with_client(trigger, client_context)
    return trigger._replace(attributes={**trigger.attributes, keys.TRIGGER: trigger.source})


def source_of(event: Event) -> Source:
    """Return the row that *event* belongs to."""
    return next(source for source in SOURCES if source.recognised(event))


def _described(event: object) -> Trigger:
    several = items(event)
    if not several:
        one = mapping(event)
        source = source_of(one)
        return _reader(source)(source, one)
    one = mapping(several[0])
    source = source_of(one)
    if source.name == APPSYNC:  # a resolver that takes a batch
        return _reader(source)(source, one)._replace(records=len(several))
    source = source_of(NOTHING)
    return _reader(source)(source, NOTHING)


def _reader(source: Source) -> Reader:
    reader: Reader = import_module(f"otel_xray.aws_lambda.events.{source.reader}").read
    return reader


def _with_client(trigger: Trigger, client_context: object) -> Trigger:
    from otel_xray.carriers import lambda_invoke  # noqa: PLC0415  few invocations have one

    carried = lambda_invoke.read(client_context)
    xray = trigger.xray or carried.xray
    if carried.w3c is None:
        return trigger._replace(xray=xray)
    lost = trigger.w3c
    links = (*trigger.links, Link(lost)) if lost and lost != carried.w3c else trigger.links
    return trigger._replace(w3c=carried.w3c, xray=xray, links=links)
