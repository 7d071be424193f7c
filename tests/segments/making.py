"""Spans for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings

from otel_xray.model.document import Document
from otel_xray.model.span import Kind, SpanData
from otel_xray.segments.encode import EncodeOptions, to_documents

# How long an example takes says how busy the machine is, not whether the code is right.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TRACE_ID = 0x5759E988BD862E3FE1BE46A994272793
SPAN_ID = 0x53995C3F42CD8AD8
PARENT_ID = 0x0102030405060708


def make_span(
    attributes: Mapping[str, Any] | None = None, kind: Kind = Kind.INTERNAL, **fields: Any
) -> SpanData:
    """Return a finished span with a parent."""
    given: dict[str, Any] = {
        "name": "work",
        "start": 1_500_000_000_000_000_000,
        "end": 1_500_000_000_250_000_000,
        "parent_id": PARENT_ID,
        **fields,
    }
    return SpanData(
        trace_id=TRACE_ID, span_id=SPAN_ID, kind=kind, attributes=attributes or {}, **given
    )


def ids_from(first: int) -> Callable[[], int]:
    """Return a generator of ids: *first*, and those after it."""
    return count(first).__next__


def encode(
    attributes: Mapping[str, Any] | None = None,
    kind: Kind = Kind.INTERNAL,
    options: EncodeOptions | None = None,
    **fields: Any,
) -> Document:
    """Return the only document of a span; invented ids count from 1."""
    span = make_span(attributes, kind, **fields)
    (document,) = to_documents(span, options or EncodeOptions(), ids_from(1))
    return document
