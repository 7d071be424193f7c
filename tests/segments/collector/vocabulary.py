"""Spans over everything that the collector's exporter reads, and more."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from otel_xray.model.span import EventData, Kind, LinkData, SpanData, StatusCode
from otel_xray.segments.encode import EncodeOptions
from tests.segments.collector.pools import ATTRIBUTES, RESOURCE, SIZES
from tests.segments.collector.traces import stack_trace

# A plain key, keys that sections take, one of the resource, one that can be no annotation.
LISTED = (
    "order",
    "http.method",
    "otel.resource.service.name",
    "rpc.method",
    "db.statement",
    "list",
)
VARIANTS = {
    "plain": EncodeOptions(compatibility="collector"),
    "listed": EncodeOptions(LISTED, log_groups=("/own/a", "/own/b"), compatibility="collector"),
    "all": EncodeOptions(LISTED[:3], index_all_attributes=True, compatibility="collector"),
}

ODD: Sequence[Any] = ("", 0, 7, True, False, 2.5, None, b"\x00\xff", [], ["a", 1], {"a": None})
# Of each group at most one: the exporter takes either, as the order of a Go map has it.
EXCLUSIVE: Sequence[frozenset[str]] = (
    frozenset({"aws.request_id", "aws.requestId"}),
    frozenset({"aws.queue_url", "aws.queue.url"}),
    frozenset({"aws.table_name", "aws.table.name"}),
    # The same text in the same namespace, or the same annotation's name.
    frozenset({"aws.xray.metadata.default", "aws.xray.metadata.DeFault"}),
)

SPAN_NAMES = (
    "work",
    "GET /orders/{id}",
    "",
    "()*,",
    "имя " * 60,
    "x" * 199 + "é",
    "tab\tand\\back",
    "١٢٣ digits",
    "N _.:/%&#=+-@",
    "日本語" * 40,
)


def spans(seed: int, count: int) -> Iterator[SpanData]:
    """Yield *count* spans; the same ones for the same *seed*."""
    for number in range(count):
        yield span(random.Random(f"{seed}/{number}"), number)


def span(chance: random.Random, number: int) -> SpanData:
    """Return a span, all of whose choices are *chance*'s; *number* makes its ids its own."""
    resource = choose(chance, RESOURCE, chance.choice((0, 3, 8, 16)))
    kind = chance.choice(list(Kind))
    attributes = choose(chance, ATTRIBUTES, chance.choice((0, 2, 6, 14, 30)))
    for group in EXCLUSIVE:
        for extra in sorted(group & attributes.keys())[1:]:
            del attributes[extra]
    if kind not in (Kind.SERVER, Kind.INTERNAL) and resource.get("cloud.provider", "aws") not in (
        "aws",
        "",
    ):
        attributes.pop("aws.span.kind", None)  # the exporter's own code fails on it
    start = 1_700_000_000_000_000_000 + chance.randrange(10**15)
    return SpanData(
        trace_id=(chance.getrandbits(64) << 64) | (number + 1),
        span_id=chance.getrandbits(62) + 1,
        parent_id=chance.choice((None, chance.getrandbits(62) + 1)),
        name=chance.choice(SPAN_NAMES),
        kind=kind,
        start=start,
        end=chance.choice((start + chance.randrange(10**12), None)),
        attributes=attributes,
        status=chance.choice(list(StatusCode)),
        status_message=chance.choice(("", "", "it failed")),
        events=[event(chance, resource) for _ in range(chance.choice((0, 0, 1, 3)))],
        links=[link(chance) for _ in range(chance.choice((0, 0, 0, 2)))],
        resource=resource,
    )


def choose(chance: random.Random, table: Mapping[str, Sequence[Any]], most: int) -> dict[str, Any]:
    """Return up to *most* attributes of *table*, in any order, some of an unexpected type."""
    keys = chance.sample(list(table), min(most, len(table)))
    return {key: chance.choice(table[key] if chance.random() < 0.92 else ODD) for key in keys}


def event(chance: random.Random, resource: Mapping[str, Any]) -> EventData:
    """Return an event, mostly an exception."""
    name = chance.choice(("exception", "exception", "HTTP request failure", "log"))
    language = str(resource.get("telemetry.sdk.language"))
    table: Mapping[str, Sequence[Any]] = {
        "exception.type": ("ValueError", "java.lang.X"),
        "exception.message": ("boom", "two\nlines"),
        "exception.stacktrace": (stack_trace(chance, language),),
        "exception.escaped": (True,),
        "aws.xray.exception.id": ("0102030405060708",),
        "http.response.status_code": (503, "503", True),
        "aws.http.error_message": ("slow down",),
        "message.type": ("RECEIVED",),
        "messaging.message_payload_size_bytes": SIZES,
    }
    time = 1_700_000_000_000_000_000 + chance.randrange(10**15)
    return EventData(name, time, choose(chance, table, chance.choice((0, 4, 9))))


def link(chance: random.Random) -> LinkData:
    """Return a link to anywhere."""
    attributes = choose(chance, {"k": ("v",), "n": (1,), "l": ([1],)}, chance.choice((0, 2)))
    return LinkData(chance.getrandbits(128), chance.getrandbits(63), attributes)
