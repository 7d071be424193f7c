"""Business keys and tickets where X-Ray SDK code records: the alias's entities and spans mixed."""

from __future__ import annotations

import asyncio
import threading
from importlib import import_module
from typing import Any

import pytest
from opentelemetry import baggage, trace

from otel_xray import correlate, resume, ticket
from otel_xray.testing import Recording


@pytest.fixture(autouse=True)
def _recorder(recorded: Recording) -> None:
    """Let every segment be recorded."""
    recorder().configure(sampling=False, context_missing="RUNTIME_ERROR")


def recorder() -> Any:
    """Return the alias's recorder."""
    return import_module("aws_xray_sdk.core").xray_recorder


def segment(name: str) -> Any:
    """Return a block with a segment."""
    return recorder().in_segment(name)


def sub(name: str) -> Any:
    """Return a block with a subsegment."""
    return recorder().in_subsegment(name)


def span(name: str) -> Any:
    """Return a block with a span of OpenTelemetry's API."""
    return trace.get_tracer("application").start_as_current_span(name)


def annotated(recorded: Recording) -> dict[str, dict[str, Any]]:
    """Return the annotations of each document that has some."""
    return {
        document.get("name", ""): dict(document["annotations"])
        for document in recorded.documents()
        if "annotations" in document
    }


@pytest.mark.parametrize(
    ("outer", "between", "inner"),
    [
        (segment, sub, sub),
        (segment, sub, span),
        (segment, span, sub),
        (segment, span, span),
        (span, sub, span),
        (span, span, sub),
        (span, segment, sub),
        (span, segment, span),
    ],
)
def test_the_current_and_the_outermost_are_annotated(
    recorded: Recording, outer: Any, between: Any, inner: Any
) -> None:
    """Whoever opened them, and nothing between them."""
    with outer("root"), between("between"), inner("current"):
        correlate(orderId="71032", items=3)

    pairs = {"orderId": "71032", "items": 3}
    assert {"root": pairs, "current": pairs} == annotated(recorded)


def test_xray_code_reads_and_adds_to_what_was_put(recorded: Recording) -> None:
    """An entity shows the key among its annotations, and keeps those that it is given itself."""
    with segment("shop") as shop, sub("work") as work:
        work.put_annotation("before", 1)
        correlate(orderId="71032")
        work.put_annotation("after", 2)

        assert {"orderId": "71032"} == shop.annotations
        assert {"before": 1, "orderId": "71032", "after": 2} == work.annotations


def test_spread_reaches_entities_and_leaves_theirs(recorded: Recording) -> None:
    """A later subsegment has the key beside its own annotations; the next segment has not."""
    with segment("shop"):
        correlate(orderId="71032", spread=True)
        with sub("work"), span("span"), sub("inner"):
            recorder().put_annotation("own", 1)
    with segment("next"):
        pass

    assert {
        "shop": {"orderId": "71032"},
        "work": {"orderId": "71032"},
        "span": {"orderId": "71032"},
        "inner": {"orderId": "71032", "own": 1},
    } == annotated(recorded)


def test_a_thread_that_is_handed_the_segment_annotates_it(recorded: Recording) -> None:
    """set_trace_entity in another thread is enough to find the outermost."""

    def work(entity: Any) -> None:
        recorder().set_trace_entity(entity)
        with sub("in thread"):
            correlate(orderId="71032")
        recorder().clear_trace_entities()

    with segment("shop") as shop:
        thread = threading.Thread(target=work, args=(shop,))
        thread.start()
        thread.join()

    assert {"shop", "in thread"} == set(annotated(recorded))


def test_a_subsegment_of_a_segment_that_is_not_current_finds_it(recorded: Recording) -> None:
    """What is begun by hand inside an entity belongs to that one's segment."""
    shop = recorder().begin_segment("shop")
    recorder().clear_trace_entities()
    made = import_module("aws_xray_sdk.core.models.subsegment").Subsegment("by hand", "local", shop)
    shop.add_subsegment(made)
    with trace.use_span(made.span):
        correlate(orderId="71032")
    made.close()
    shop.close()

    assert {"shop", "by hand"} == set(annotated(recorded))


def test_tasks_annotate_their_own_segment(recorded: Recording) -> None:
    """Segments of coroutines that run together do not mix."""

    async def order(number: int, ready: asyncio.Event) -> None:
        async with recorder().in_segment_async(f"segment {number}"):
            if number == 2:
                ready.set()
            await ready.wait()
            with span(f"work {number}"):
                await asyncio.sleep(0)
                correlate(orderId=number)

    async def main() -> None:
        ready = asyncio.Event()
        await asyncio.gather(order(1, ready), order(2, ready))

    asyncio.run(main())

    found = {name: pairs["orderId"] for name, pairs in annotated(recorded).items()}
    assert {f"{name} {one}": one for name in ("segment", "work") for one in (1, 2)} == found


def test_a_segment_that_is_not_sampled_is_left_alone(recorded: Recording) -> None:
    """Nothing is put on an entity that is not recorded, and nothing raises."""
    unsampled = recorder().begin_segment("shop", sampling=0)
    correlate(orderId="71032")
    recorder().end_segment()

    assert {} == unsampled.annotations
    assert [] == recorded.spans


def test_a_ticket_of_an_entity_is_resumed(recorded: Recording) -> None:
    """The link leads to the subsegment; X-Ray calls inside the block are part of it."""
    with segment("shop"), sub("pay") as pay:
        handed = ticket()
    with resume(handed, "paid"):
        recorder().put_annotation("orderId", "71032")
        with sub("store"):
            pass

    (link,) = recorded.span("paid").links
    paid = recorded.span("paid").context
    parent = recorded.span("store").parent
    assert pay.id == f"{link.context.span_id:016x}"
    assert "71032" == (recorded.span("paid").attributes or {})["orderId"]
    assert paid is not None
    assert parent is not None
    assert paid.span_id == parent.span_id


def test_baggage_ends_with_the_segment(recorded: Recording) -> None:
    """X-Ray's calls leave the context of a thread as it is; the next segment sends nothing."""
    with segment("shop"), sub("work"):
        correlate(orderId="71032", baggage=True)
        with sub("inner"):
            assert {"orderId": "71032"} == baggage.get_all()
    with segment("next"):
        assert {} == baggage.get_all()
