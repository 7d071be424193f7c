from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider

from otel_xray.spans.correlated import Carried, carry
from otel_xray.spans.inheritance import InheritanceProcessor
from otel_xray.spans.local_root import local_root

TRACE = 0x5759E988BD862E3FE1BE46A994272793


@pytest.fixture
def tracer() -> Iterator[trace.Tracer]:
    """Return a tracer whose provider has the processor."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(InheritanceProcessor())
    yield provider.get_tracer("application")
    provider.shutdown()


def inside(span: trace.Span, within: Context | None = None) -> Context:
    """Return a context in which *span* is current, without making it so."""
    return trace.set_span_in_context(span, within)


def test_an_explicit_context_counts(tracer: trace.Tracer) -> None:
    """A parent that is nowhere current is known by the context that is given."""
    root = tracer.start_span("root")
    child = tracer.start_span("child", inside(root))
    grandchild = tracer.start_span("grandchild", inside(child))
    with tracer.start_as_current_span("somebody else"):
        late = tracer.start_span("late", inside(grandchild))

    assert [root] * 4 == [local_root(one) for one in (root, child, grandchild, late)]


def test_an_unknown_parent_leaves_a_span_alone(tracer: trace.Tracer) -> None:
    """A span of which nobody knows what is around it counts as outermost."""
    made: Any = tracer.start_span("made by hand")
    assert made is local_root(made)
    assert trace.INVALID_SPAN is local_root(trace.INVALID_SPAN)


def test_carried_pairs_reach_spans_of_their_trace_only(tracer: trace.Tracer) -> None:
    """A context may outlive the trace that its keys were meant for."""
    root: Any = tracer.start_span("root")
    own = carry(Carried(root.context.trace_id, {"orderId": "1"}), inside(root))
    other = carry(Carried(TRACE, {"orderId": "2"}), inside(root))
    found: list[Any] = [tracer.start_span("child", one) for one in (own, other)]

    assert ["1", None] == [one.attributes.get("orderId") for one in found]


def test_the_end_of_the_outermost_span_ends_what_is_carried(tracer: trace.Tracer) -> None:
    """Where nobody puts the context back, it is cleared; a child's end leaves it."""
    before = context.attach(Context())
    root: Any = tracer.start_span("root")
    child = tracer.start_span("child", inside(root))
    context.attach(carry(Carried(root.context.trace_id, {"a": 1}), Context({"theirs": 1})))
    child.end()
    assert 2 == len(context.get_current())
    root.end()
    assert Context({"theirs": 1}) == context.get_current()
    context.detach(before)
