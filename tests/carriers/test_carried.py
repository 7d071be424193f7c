"""What a message says of the span that sent it."""

from __future__ import annotations

import logging

import pytest
from opentelemetry.trace import SpanContext

from otel_xray.carriers import carried, w3c
from otel_xray.carriers.carried import Carried, links, tracing_header
from tests.carriers.spans import FIELDS, HEADER, OTHER_HEADER, SENDER, SENDERS, TRACEPARENT, ids


def test_one_span_named_twice_counts_once() -> None:
    """A sender that wrote both headers is one context, with W3C's trace state."""
    both = Carried(w3c.parse(FIELDS), tracing_header(HEADER))

    assert SENDERS == ids(both)
    (span,) = both.contexts
    assert span.is_remote
    assert "1" == span.trace_state["vendor"]


def test_two_spans_are_two_links_w3c_first() -> None:
    """Where the headers disagree, nobody's is lost."""
    both = Carried(w3c.parse(FIELDS), tracing_header(OTHER_HEADER))

    assert [SENDER.span_id, 0xAAAAAAAAAAAAAAAA] == [link.context.span_id for link in both.links]


def test_a_batch_links_each_sender_once_and_not_more_than_twenty() -> None:
    """X-Ray keeps twenty links of a segment; messages after the twentieth are not read."""
    read: list[int] = []

    def message(number: int) -> Carried:
        read.append(number)
        return Carried(SpanContext(1, 1 + number // 2, is_remote=True))

    found = links(map(message, range(1000)))

    assert list(range(1, 21)) == [link.context.span_id for link in found]
    assert 39 == len(read)
    assert () == links([carried.NOTHING])


@pytest.mark.parametrize(
    "value",
    [None, 1, b"x", "", "Root=nonsense", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=x"],
)
def test_a_tracing_header_of_somebody_else_that_is_none_is_passed_over(
    value: object, caplog: pytest.LogCaptureFixture
) -> None:
    """A batch of thousands does not write thousands of warnings about other people's headers."""
    caplog.set_level(logging.DEBUG)

    assert tracing_header(value) is None
    assert [] == caplog.records


def test_a_header_without_a_parent_names_a_trace_and_no_span() -> None:
    """Root alone is kept as the trace, and links to nothing."""
    received = tracing_header("Root=1-5759e988-bd862e3fe1be46a994272793")

    assert received is not None
    assert SENDER.trace_id == received.root
    assert () == Carried(xray=received).links


@pytest.mark.parametrize("parent", [None, 7, "", "00-0-0-00", TRACEPARENT + "x", [TRACEPARENT]])
def test_w3c_fields_that_are_none_name_nobody(parent: object) -> None:
    """Only a traceparent that follows the specification counts."""
    assert w3c.parse({"traceparent": parent, "tracestate": "vendor=1"}) is None


def test_w3c_fields_are_read_as_they_are_written() -> None:
    """What is written names the span that is read, flags and state included."""
    read = w3c.parse(w3c.fields(SENDER))

    assert FIELDS == w3c.fields(SENDER)
    assert read is not None
    assert (SENDER.trace_flags, SENDER.trace_state) == (read.trace_flags, read.trace_state)
